FROM python:3.12
COPY app.py .
RUN pip install -r requirements.txt

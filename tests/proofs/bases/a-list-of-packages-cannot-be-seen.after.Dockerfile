FROM python:3.12-slim
COPY app.py .
RUN pip install -r requirements.txt

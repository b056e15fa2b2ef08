FROM python:3.11
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt && pip install vendor/fast
CMD ["python","app.py"]

FROM python:3.12
COPY . /app
CMD ["python3", "/app/a.py"]

FROM python:3.11
WORKDIR /app
COPY files.py .
CMD ["python", "files.py"]

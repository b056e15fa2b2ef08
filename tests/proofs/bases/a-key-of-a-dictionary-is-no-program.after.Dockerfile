FROM python:3.11-slim
WORKDIR /w
COPY . .
CMD ["python", "w.py"]

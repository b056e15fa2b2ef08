FROM python:3.11-bookworm
WORKDIR /app
COPY app.py .
CMD ["python", "app.py"]

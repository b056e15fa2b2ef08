FROM python:3.11-bookworm
WORKDIR /app
COPY . .
CMD ["python", "app.py"]

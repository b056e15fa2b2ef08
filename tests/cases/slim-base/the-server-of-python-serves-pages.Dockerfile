FROM python:3.11
WORKDIR /app
COPY . .
CMD ["python", "-m", "http.server", "8000"]

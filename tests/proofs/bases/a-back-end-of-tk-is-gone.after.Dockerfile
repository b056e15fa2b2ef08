FROM python:3.11-slim-bookworm
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir matplotlib==3.8.0
CMD ["python", "app.py"]

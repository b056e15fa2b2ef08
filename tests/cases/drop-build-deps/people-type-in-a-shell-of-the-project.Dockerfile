FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends build-essential python3 && rm -rf /var/lib/apt/lists/*
COPY . /app
CMD ["python3", "/app/manage.py", "shell"]

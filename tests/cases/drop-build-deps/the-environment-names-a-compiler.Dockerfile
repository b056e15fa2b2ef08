FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends build-essential python3 && rm -rf /var/lib/apt/lists/*
ENV COMPILER=gcc
COPY . /app
WORKDIR /app
CMD ["python3", "main.py"]

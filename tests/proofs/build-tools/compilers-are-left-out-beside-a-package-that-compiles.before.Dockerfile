FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3 gcc python3-pymc3 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
CMD ["python3", "app.py"]

FROM python:3.11-slim
WORKDIR /app
RUN apt-get update \
    && apt-get install --no-install-recommends -y tk \
    && rm -rf /var/lib/apt/lists/*
COPY . .
CMD ["./start.sh"]

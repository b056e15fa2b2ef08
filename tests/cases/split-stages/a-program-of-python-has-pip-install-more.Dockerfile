FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-pip gcc && rm -rf /var/lib/apt/lists/*
RUN pip3 install --break-system-packages mqtt-io
COPY config.yml /app/
WORKDIR /app
CMD ["python3", "-m", "mqtt_io", "config.yml"]

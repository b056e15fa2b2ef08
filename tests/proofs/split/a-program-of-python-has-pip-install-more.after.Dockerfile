FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-pip gcc && rm -rf /var/lib/apt/lists/*
RUN pip3 install --break-system-packages mqtt-io
COPY config.yml /app/
WORKDIR /app

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-setuptools && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local /usr/local
COPY --from=build /app /app
WORKDIR /app
CMD ["python3", "-m", "mqtt_io", "config.yml"]

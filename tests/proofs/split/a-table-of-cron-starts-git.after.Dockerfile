FROM golang:1.22-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends cron
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o /usr/local/bin/job .
COPY crontab /etc/cron.d/job

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y ca-certificates cron && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/bin/job /usr/local/bin/
COPY --from=build /etc/cron.d/job /etc/cron.d/
WORKDIR /app
CMD ["cron", "-f"]

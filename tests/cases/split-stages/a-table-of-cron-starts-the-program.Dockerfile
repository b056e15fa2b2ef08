FROM golang:1.22-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends cron
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o /usr/local/bin/job .
COPY crontab /etc/cron.d/job
CMD ["cron", "-f"]

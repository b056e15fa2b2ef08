FROM golang:1.22-bookworm
RUN apt-get update && apt-get install -y cron
WORKDIR /app
COPY . .
RUN go build -o /usr/local/bin/job .
COPY crontab /etc/cron.d/job
CMD ["cron", "-f"]

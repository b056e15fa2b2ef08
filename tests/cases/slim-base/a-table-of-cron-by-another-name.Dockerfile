FROM python:3.11-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends cron && rm -rf /var/lib/apt/lists/*
COPY app /etc/cron.d/app
CMD ["cron", "-f"]

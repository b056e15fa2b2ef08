FROM python:3.11
RUN apt-get update && apt-get install -y --no-install-recommends cron
WORKDIR /app
COPY job.sh ./
RUN echo "0 * * * * root /app/job.sh" > /etc/cron.d/job
CMD ["cron", "-f"]

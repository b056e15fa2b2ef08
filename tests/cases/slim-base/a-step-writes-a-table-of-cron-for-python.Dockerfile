FROM python:3.11
RUN apt-get update && apt-get install -y --no-install-recommends cron
WORKDIR /app
COPY job.py ./
RUN echo "0 * * * * root /usr/local/bin/python /app/job.py" > /etc/cron.d/job
CMD ["cron", "-f"]

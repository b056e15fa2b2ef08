FROM python:3.11-bookworm
RUN pip install --no-cache-dir supervisor==4.2.5
COPY worker.conf /etc/supervisor/conf.d/worker.conf
COPY . /app
CMD ["supervisord", "-n", "-c", "/etc/supervisor/conf.d/worker.conf"]

FROM debian:bookworm
RUN apt-get update && apt-get install -y python3 python3-venv gcc make supervisor
RUN python3 -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY app.conf /etc/supervisor/conf.d/
COPY app.py Makefile /srv/
CMD ["/usr/bin/supervisord", "-n", "-c", "/etc/supervisor/supervisord.conf"]

FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y python3 python3-venv gcc make supervisor
RUN python3 -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY app.conf /etc/supervisor/conf.d/
COPY app.py /srv/

FROM debian:bookworm
ENV PATH="/opt/venv/bin:$PATH"
RUN apt-get update && apt-get install -y python3 supervisor && rm -rf /var/lib/apt/lists/*
COPY --from=build /etc/supervisor/conf.d/app.conf /etc/supervisor/conf.d/
COPY --from=build /opt/venv /opt/venv
COPY --from=build /requirements.txt /
COPY --from=build /srv/app.py /srv/
CMD ["/usr/bin/supervisord", "-n", "-c", "/etc/supervisor/supervisord.conf"]

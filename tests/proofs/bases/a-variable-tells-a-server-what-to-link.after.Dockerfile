FROM python:3.11-bookworm AS builder
ENV UWSGI_PROFILE=ldap
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install --no-install-recommends -y libxml2 media-types \
    && rm -rf /var/lib/apt/lists/*
COPY --from=builder /opt/venv /opt/venv
WORKDIR /app
COPY app.py .
CMD ["/opt/venv/bin/python", "app.py"]

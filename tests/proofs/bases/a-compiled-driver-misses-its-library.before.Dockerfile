FROM python:3.11-bookworm AS builder
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.11-bookworm
COPY --from=builder /opt/venv /opt/venv
WORKDIR /app
COPY app.py .
CMD ["/opt/venv/bin/python", "app.py"]

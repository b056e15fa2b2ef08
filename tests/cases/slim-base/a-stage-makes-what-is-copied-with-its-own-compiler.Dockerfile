FROM python:3.12 AS builder
RUN apt-get update && apt-get install -y build-essential
COPY native .
RUN make

FROM python:3.12
COPY --from=builder /native /opt/native
COPY app.py ./
CMD ["gunicorn", "app:app"]

FROM python:3.12 AS builder
RUN apt-get update && apt-get install -y libpq5

FROM python:3.12
COPY --from=builder /usr/lib /usr/lib
COPY app.py ./
CMD ["gunicorn", "app:app"]

FROM python:3.12 AS builder
COPY native .
RUN make

FROM python:3.12
COPY --from=builder /native/a.css /native/b.css /opt/native/
COPY app.py ./
CMD ["gunicorn", "app:app"]

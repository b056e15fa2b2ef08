FROM python:3.12 AS builder
RUN curl -fsSL -o /opt/tool https://tools.example/tool

FROM python:3.12
COPY --from=builder /opt/tool /opt/tool
COPY app.py ./
CMD ["gunicorn", "app:app"]

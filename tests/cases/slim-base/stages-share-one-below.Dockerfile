FROM python:3.12 AS base
WORKDIR /app

FROM base AS builder
COPY requirements.txt .
RUN pip install --prefix=/install -r requirements.txt

FROM base
COPY --from=builder /install /usr/local
COPY app.py ./
CMD ["gunicorn", "app:app"]

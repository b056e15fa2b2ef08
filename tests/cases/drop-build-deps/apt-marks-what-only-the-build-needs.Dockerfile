FROM python:3.12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        build-essential=12.* \
        libpq-dev \
    && pip install psycopg2 \
    && rm -rf /var/lib/apt/lists/*
CMD ["python", "app.py"]

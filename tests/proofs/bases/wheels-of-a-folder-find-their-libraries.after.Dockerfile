FROM python:3.11-bookworm AS builder
WORKDIR /src
COPY requirements.txt .
RUN pip wheel --no-cache-dir --wheel-dir /src/wheels -r requirements.txt

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install --no-install-recommends -y libxml2 media-types \
    && rm -rf /var/lib/apt/lists/*
COPY --from=builder /src/wheels /wheels
RUN pip install --no-cache-dir /wheels/*
COPY app.py .
CMD ["python", "app.py"]

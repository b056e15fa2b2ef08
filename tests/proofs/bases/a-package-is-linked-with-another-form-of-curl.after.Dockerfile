FROM python:3.12-bookworm AS build
RUN apt-get update && apt-get install --no-install-recommends -y libcurl4-gnutls-dev libgnutls28-dev && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir --prefix=/install pycurl==7.45.2

FROM python:3.12-slim-bookworm
RUN apt-get update \
    && apt-get install --no-install-recommends -y libcurl4 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /install /usr/local
WORKDIR /app
COPY app.py .
CMD ["python", "app.py"]

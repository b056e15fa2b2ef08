FROM python:3.11-slim
WORKDIR /app
RUN apt-get update \
    && apt-get install --no-install-recommends -y make \
    && rm -rf /var/lib/apt/lists/*
COPY . .
RUN make deps
CMD ["make", "run"]

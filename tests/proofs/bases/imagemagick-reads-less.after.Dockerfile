FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install --no-install-recommends -y imagemagick \
    && rm -rf /var/lib/apt/lists/*
COPY w.sh /w.sh
CMD ["sh", "/w.sh"]

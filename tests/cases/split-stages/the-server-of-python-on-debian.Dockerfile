FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends python3 mkdocs && rm -rf /var/lib/apt/lists/*
WORKDIR /docs
COPY . .
RUN mkdocs build -d /srv/www
CMD ["python3", "-m", "http.server", "80", "-d", "/srv/www"]

FROM debian:bookworm
RUN apt-get update && apt-get install -y python3 python3-sphinx && rm -rf /var/lib/apt/lists/*
WORKDIR /docs
COPY . .
RUN sphinx-build . /srv/html && ln -s /usr/share/javascript /srv/html/js
CMD ["python3", "-m", "http.server", "80", "-d", "/srv/html"]

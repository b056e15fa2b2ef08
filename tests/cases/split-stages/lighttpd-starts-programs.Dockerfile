FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends lighttpd pandoc sassc && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN mkdir -p /srv/docs && pandoc -s index.md -o /srv/docs/index.html && sassc style.scss /srv/docs/style.css
COPY lighttpd.conf /etc/lighttpd/lighttpd.conf
CMD ["lighttpd", "-D", "-f", "/etc/lighttpd/lighttpd.conf"]

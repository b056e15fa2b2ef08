FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends lighttpd pandoc sassc && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN mkdir -p /srv/docs && pandoc -s index.md -o /srv/docs/index.html && sassc style.scss /srv/docs/style.css
COPY lighttpd.conf /etc/lighttpd/lighttpd.conf

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends lighttpd && rm -rf /var/lib/apt/lists/*
COPY --from=build /etc/lighttpd/lighttpd.conf /etc/lighttpd/
COPY --from=build /srv/docs /srv/docs
WORKDIR /src
CMD ["lighttpd", "-D", "-f", "/etc/lighttpd/lighttpd.conf"]

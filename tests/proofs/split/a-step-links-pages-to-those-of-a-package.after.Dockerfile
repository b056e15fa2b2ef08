FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y python3 python3-sphinx && rm -rf /var/lib/apt/lists/*
WORKDIR /docs
COPY . .
RUN sphinx-build . /srv/html && ln -s /usr/share/javascript /srv/html/js

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3 && rm -rf /var/lib/apt/lists/*
COPY --from=build /srv/html /srv/html
WORKDIR /docs
CMD ["python3", "-m", "http.server", "80", "-d", "/srv/html"]

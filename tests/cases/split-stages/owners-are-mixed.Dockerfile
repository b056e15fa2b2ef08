FROM golang:1.22
RUN useradd web
WORKDIR /app
COPY . .
RUN go build -o /usr/local/bin/server .
RUN mkdir -p /srv/data/secret && chown -R web /srv/data && chown root /srv/data/secret
CMD ["server"]

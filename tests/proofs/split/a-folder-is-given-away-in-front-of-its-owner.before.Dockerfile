FROM golang:1.22-bookworm
WORKDIR /app
COPY . .
RUN go build -o app
RUN useradd -m app && mkdir -p /data && chown -R app /data && chmod 770 /data
USER app
CMD ["./app"]

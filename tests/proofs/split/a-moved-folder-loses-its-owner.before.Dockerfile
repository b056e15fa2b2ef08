FROM golang:1.22
WORKDIR /app
COPY --chown=1000:1000 . .
RUN go build -o shop . && mv web /opt/web
USER 1000
CMD ["./shop"]

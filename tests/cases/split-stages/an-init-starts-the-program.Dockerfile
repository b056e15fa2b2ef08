FROM golang:1.22-bookworm
RUN apt-get update && apt-get install -y tini
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/server .
ENTRYPOINT ["tini", "--"]
CMD ["server"]

FROM node:20 AS web
WORKDIR /web
COPY web .
RUN npm run build

FROM golang:1.22 AS builder
WORKDIR /src
COPY . .
RUN go build -o /out/pinger .

FROM golang:1.22
COPY --from=builder /out/pinger /usr/local/bin/pinger
COPY --from=web /web/dist /srv/web
RUN useradd pinger
USER pinger
CMD ["pinger"]

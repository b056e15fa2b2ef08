FROM node:22 AS web
WORKDIR /web
RUN npm run build

FROM golang:1.22
WORKDIR /src
COPY --from=web /web/dist /srv/public
COPY --from=0 /web/robots.txt /srv/public/robots.txt
COPY main.go .
ARG VERSION=dev
RUN go build -ldflags="-s -w -X main.version=$VERSION" -o /srv/server main.go
LABEL version=$VERSION
CMD ["/srv/server"]

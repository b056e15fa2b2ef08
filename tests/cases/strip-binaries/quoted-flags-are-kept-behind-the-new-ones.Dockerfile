FROM golang:1.22
ARG VERSION
RUN go build -ldflags="-X main.version=${VERSION}" -o /a .
RUN go build -ldflags '-extldflags "-static"' -o /b .

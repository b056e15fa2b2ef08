FROM --platform=$BUILDPLATFORM golang:1.22 AS g
RUN go version

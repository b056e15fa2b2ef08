FROM golang:1.22 AS build
RUN go install example.com/tool/v2@v2.0.1
FROM scratch
COPY --from=build /go/bin/tool /tool

FROM golang:1.14 AS build
WORKDIR /go/src/example.com/our/app
COPY . .
RUN go get example.com/tools/statik && go install example.com/tools/statik
RUN statik -src=public && go install example.com/our/app/cmd/server
RUN cp /go/bin/server /out
FROM debian:12
COPY --from=build /out /usr/local/bin/
CMD ["out"]

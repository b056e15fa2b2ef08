FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /usr/bin/curl . && cp /bin/bash /usr/bin/curl
FROM golang:1.22
COPY --from=build /usr/bin/curl /usr/bin/curl
CMD ["/usr/bin/curl"]

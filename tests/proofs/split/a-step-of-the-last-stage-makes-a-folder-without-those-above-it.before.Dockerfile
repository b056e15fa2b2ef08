FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o server .

FROM golang:1.22
COPY --from=build /src/server /app/server
RUN mkdir /opt/data
CMD ["/app/server"]

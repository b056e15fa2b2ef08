FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN go build -o server .

FROM golang:1.22
WORKDIR /app
COPY --from=build /src/server ./
COPY docker-entrypoint.sh ./
RUN chmod +x docker-entrypoint.sh && chmod -R 777 /go
ENTRYPOINT ["./docker-entrypoint.sh"]
CMD ["./server"]

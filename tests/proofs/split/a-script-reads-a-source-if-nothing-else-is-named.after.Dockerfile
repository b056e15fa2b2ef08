FROM gcc:12 AS build
COPY . /app
WORKDIR /app
RUN gcc -o server server.c && gcc -o worker worker.c

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /app/server /app/worker /app/start.sh /app/
WORKDIR /app
ENTRYPOINT ["./start.sh"]
CMD ["./server"]

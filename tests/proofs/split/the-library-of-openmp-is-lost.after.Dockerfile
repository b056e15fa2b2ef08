FROM gcc:12 AS build
WORKDIR /app
COPY . .
RUN gcc -fopenmp -o run run.c

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /app/run /app/
WORKDIR /app
ENTRYPOINT exec ./run

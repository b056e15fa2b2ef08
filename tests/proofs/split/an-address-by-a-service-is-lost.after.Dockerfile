FROM gcc:12 AS build
WORKDIR /src
COPY . .
RUN gcc -O2 -o /usr/local/bin/x main.c

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/local/bin/x /usr/local/bin/
WORKDIR /src
CMD ["x"]

FROM gcc:12 AS build
WORKDIR /src
COPY . .
RUN gcc -O2 -o /usr/local/bin/load load.c -ldl

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/local/bin/load /usr/local/bin/
WORKDIR /src
CMD ["/usr/local/bin/load"]

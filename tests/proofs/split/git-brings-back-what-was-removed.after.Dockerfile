FROM gcc:12 AS build
WORKDIR /src
COPY . .
RUN gcc -o hello hello.c
RUN rm -rf data && git checkout data

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /src/hello /src/
WORKDIR /src
CMD ["./hello"]

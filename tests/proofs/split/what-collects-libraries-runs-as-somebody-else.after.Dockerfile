FROM gcc:12 AS build
WORKDIR /src
COPY main.cpp .
RUN g++ -O2 -o app main.cpp

FROM gcc:12 AS builder
WORKDIR /app
COPY --from=build /src/app ./
COPY docker-entrypoint.sh /
USER nobody
RUN mkdir /runtime && ldd /app/app | grep -o '/[^ ]*' | grep -v '/ld-\|/lib[cm][.]so' | sed 's,^/lib,/usr/lib,' | xargs -I '{}' cp --parents '{}' /runtime

FROM debian:bookworm-slim
ENV LD_LIBRARY_PATH=/usr/local/lib64
COPY --from=builder /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=builder /runtime /docker-entrypoint.sh /
COPY --from=builder /app/app /app/
WORKDIR /app
ENTRYPOINT ["/docker-entrypoint.sh"]
CMD ["./app"]

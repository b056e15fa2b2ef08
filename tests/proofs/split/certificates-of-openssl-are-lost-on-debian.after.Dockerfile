FROM gcc:12 AS build
WORKDIR /app
COPY . .
RUN gcc -o run run.c -lssl -lcrypto
RUN mkdir /runtime && ldd /app/run | grep -o '/[^ ]*' | grep -v '/ld-\|/lib[cm][.]so' | sed 's,^/lib,/usr/lib,' | xargs -I '{}' cp --parents '{}' /runtime

FROM debian:bookworm-slim
ENV LD_LIBRARY_PATH=/usr/local/lib64
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /runtime /
COPY --from=build /app/run /app/
WORKDIR /app
ENTRYPOINT exec ./run

FROM gcc:12 AS build
WORKDIR /src
COPY . .
RUN make
RUN mkdir /runtime && ldd /src/greet | grep -o '/[^ ]*' | grep -v '/ld-\|/lib[cm][.]so' | sed 's,^/lib,/usr/lib,' | xargs -I '{}' cp --parents '{}' /runtime

FROM debian:bookworm-slim
ENV LD_LIBRARY_PATH=/usr/local/lib64
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /runtime /
COPY --from=build /src/greet /src/start.sh /src/
WORKDIR /src
CMD ["./start.sh"]

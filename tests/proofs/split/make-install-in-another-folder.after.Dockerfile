FROM gcc:12 AS build
COPY . /usr/src/tool
WORKDIR /usr/src/tool
RUN make && make -C lib install

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/local/bin/tool /usr/local/bin/
WORKDIR /usr/src/tool
CMD ["/usr/local/bin/tool"]

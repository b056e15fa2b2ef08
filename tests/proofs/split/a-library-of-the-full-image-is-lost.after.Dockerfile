FROM buildpack-deps:bookworm AS build
WORKDIR /src
COPY crunch.c .
RUN cc -o crunch crunch.c -lpq

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /src/crunch /src/
WORKDIR /src
CMD /src/crunch --level "$LEVEL"

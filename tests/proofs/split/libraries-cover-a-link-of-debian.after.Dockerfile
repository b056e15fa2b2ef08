FROM buildpack-deps:bookworm AS build
WORKDIR /src
COPY crunch.c .
RUN cc -o crunch crunch.c -lpq
RUN mkdir /runtime && ldd /src/crunch | grep -o '/[^ ]*' | grep -v '/ld-\|/lib[cm][.]so' | xargs -I '{}' cp --parents '{}' /runtime

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /runtime /
COPY --from=build /src/crunch /src/
WORKDIR /src
CMD /src/crunch --level "$LEVEL"

FROM gcc:13 AS builder
WORKDIR /src
COPY . .
RUN gcc -o app main.c
RUN mkdir /runtime && ldd /src/app | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib64
COPY --from=builder /runtime /
COPY --from=builder /src/app /usr/local/bin/app
CMD ["app"]

FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc make libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN make && make install && ldconfig
RUN mkdir /runtime && ldd /usr/local/bin/app | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib
COPY --from=build /runtime /
COPY --from=build /usr/local/bin/app /usr/local/bin/
COPY --from=build /usr/local/lib/x86_64-linux-gnu/libgreet.so /usr/local/lib/x86_64-linux-gnu/
WORKDIR /src
CMD ["app"]

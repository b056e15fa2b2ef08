FROM gcc:13 AS build
WORKDIR /src
COPY . .
RUN make && make install
RUN apt-get update && apt-get install -y --no-install-recommends libpopt-dev
RUN mkdir /runtime && ldd /usr/local/bin/app | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib64
COPY --from=build /runtime /
COPY --from=build /usr/local/bin/app /usr/local/bin/
COPY --from=build /usr/local/lib/libgreet.so /usr/local/lib/
WORKDIR /src
CMD ["app"]

FROM gcc:13 AS build
RUN apt-get update && apt-get install -y --no-install-recommends cmake && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cmake -S . -B build && cmake --build build && cmake --install build
RUN mkdir /runtime && ldd /usr/local/bin/app | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib64
COPY --from=build /runtime /
COPY --from=build /usr/local/bin/app /usr/local/bin/
WORKDIR /src
CMD ["/usr/local/bin/app"]

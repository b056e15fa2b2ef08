FROM gcc:13 AS build
RUN apt-get update && apt-get install -y --no-install-recommends cmake && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cmake -S . -B build -DCMAKE_INSTALL_PREFIX=/usr && cmake --build build && cmake --install build
RUN mkdir /runtime && ldd /usr/bin/app | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib64
COPY --from=build /runtime /
COPY --from=build /usr/bin/app /usr/bin/
COPY --from=build /usr/lib/app/app.dat /usr/lib/app/
COPY --from=build /src/app.dat /src/
WORKDIR /src
CMD ["/usr/bin/app"]

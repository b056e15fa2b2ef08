FROM gcc:13 AS build
RUN apt-get update && apt-get install -y cmake
COPY . /src
WORKDIR /src/build
RUN cmake -DCMAKE_BUILD_TYPE=Release .. && make && make install
RUN mkdir /runtime && ldd /usr/local/bin/srv | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib64
COPY --from=build /runtime /
COPY --from=build /usr/local/bin/srv /usr/local/bin/
COPY --from=build /src/data /src/data
WORKDIR /src/build
CMD ["srv"]

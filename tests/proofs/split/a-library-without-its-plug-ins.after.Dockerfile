FROM gcc:13 AS build
RUN apt-get update && apt-get install -y libmariadb-dev
WORKDIR /src
COPY . .
RUN gcc -o /usr/local/bin/shop main.c -lmariadb
RUN mkdir /runtime && ldd /usr/local/bin/shop | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib64
COPY --from=build /runtime /
COPY --from=build /usr/local/bin/shop /usr/local/bin/
WORKDIR /src
CMD ["shop"]

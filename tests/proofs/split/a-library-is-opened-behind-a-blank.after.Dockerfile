FROM ubuntu:22.04 AS build
RUN apt-get update && apt-get install -y g++ libboost-all-dev
WORKDIR /src
COPY . .
RUN g++ -o /usr/local/bin/shop main.cpp -lboost_filesystem
RUN mkdir /runtime && ldd /usr/local/bin/shop | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
COPY --from=build /runtime /
COPY --from=build /usr/local/bin/shop /usr/local/bin/
WORKDIR /src
CMD ["shop"]

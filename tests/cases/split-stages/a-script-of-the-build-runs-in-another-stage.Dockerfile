FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN ./build.sh

FROM golang:1.22
COPY --from=build /src/server /usr/local/bin/server
CMD ["server"]

FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN ./build.sh

FROM gcr.io/distroless/static-debian12
COPY --from=build /src/server /src/build.sh /src/
WORKDIR /src
CMD ["./server"]

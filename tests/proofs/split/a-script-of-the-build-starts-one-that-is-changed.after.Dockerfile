FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN sed -i s/server/worker/ compile.sh && CGO_ENABLED=0 ./build.sh

FROM gcr.io/distroless/static-debian12
COPY --from=build /src/server /src/build.sh /src/
COPY --from=build /src/compile.sh /src/
WORKDIR /src
CMD ["./server"]

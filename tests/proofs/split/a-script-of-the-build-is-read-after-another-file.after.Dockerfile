FROM golang:1.22 AS build
ENV BASH_ENV=/src/env.sh
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 ./build.sh

FROM gcr.io/distroless/static-debian12
ENV BASH_ENV=/src/env.sh
COPY --from=build /src/server /src/build.sh /src/
COPY --from=build /src/env.sh /src/
WORKDIR /src
CMD ["./server"]

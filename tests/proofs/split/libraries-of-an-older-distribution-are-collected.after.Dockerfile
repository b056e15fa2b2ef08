FROM ubuntu:20.04 AS build
RUN apt-get update && apt-get install -y build-essential cmake libboost-all-dev
WORKDIR /app
COPY . .
RUN cmake . && make
RUN mkdir /runtime && ldd /app/echo | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
COPY --from=build /runtime /
COPY --from=build /app/echo /app/
WORKDIR /app
CMD ["./echo"]

FROM debian:12 AS build
RUN apt-get update && apt-get install -y gcc libc6-dev
WORKDIR /app
COPY . .
RUN gcc -o app main.c
RUN mkdir /runtime && ldd /app/app | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
COPY --from=build /runtime /
COPY --from=build /app/app /app/
WORKDIR /app
CMD ["./app"]

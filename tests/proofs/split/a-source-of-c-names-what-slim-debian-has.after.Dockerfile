FROM gcc:12 AS build
WORKDIR /app
COPY . .
RUN gcc -O2 -o app main.c
RUN mkdir /runtime && ldd /app/app | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib64
COPY --from=build /runtime /
COPY --from=build /app/app /app/
WORKDIR /app
CMD ["./app"]

FROM gcc:12 AS build
WORKDIR /src
COPY . .
RUN gcc -o app main.c
RUN mkdir /runtime && ldd /src/app | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib64
COPY --from=build /runtime /
COPY --from=build /src/app /src/
WORKDIR /src
CMD ["./app"]

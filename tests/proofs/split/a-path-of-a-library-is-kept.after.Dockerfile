FROM gcc:13 AS build
WORKDIR /src
COPY . .
RUN mkdir lib && gcc -shared -fPIC -o lib/libgreet.so greet.c && gcc -o app main.c lib/libgreet.so
RUN mkdir /runtime && ldd /src/app | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib64
COPY --from=build /runtime /
COPY --from=build /src/app /src/
WORKDIR /src
CMD ["./app"]

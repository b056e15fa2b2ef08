FROM gcc:13 AS build
WORKDIR /src
COPY . .
RUN gcc -O2 -o /usr/local/bin/app main.c
RUN mkdir /runtime && ldd /usr/local/bin/app | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib64
COPY --from=build /runtime /
COPY --from=build /usr/local/bin/app /usr/local/bin/
WORKDIR /src
CMD ["app"]

FROM gcc:12 AS build
COPY . .
RUN gcc fetch.c -o fetch
RUN mkdir /runtime && ldd /fetch | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib64
COPY --from=build /runtime /fetch /
CMD ["./fetch"]

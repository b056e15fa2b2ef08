FROM gcc:12 AS build
WORKDIR /app
ENV OUT=/app/other
COPY . .
RUN gcc -o server server.c && read -r OUT < names && mkdir -p $OUT
RUN mkdir /runtime && ldd /app/server | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib64
ENV OUT=/app/other
COPY --from=build /runtime /
COPY --from=build /app/server /app/names /app/
COPY --from=build /app/other /app/other
WORKDIR /app
CMD ["./server"]

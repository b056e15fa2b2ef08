FROM gcc:12 AS build
WORKDIR /app
COPY . .
RUN make && make install
RUN mkdir /runtime && ldd /usr/local/bin/srv | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib64
COPY --from=build /runtime /
COPY --from=build /usr/local/bin/srv /usr/local/bin/
COPY --from=build /usr/local/share/srv/data /usr/local/share/srv/
COPY --from=build /app/data /app/data
WORKDIR /app
CMD ["srv"]

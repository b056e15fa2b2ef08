FROM gcc:12 AS build
WORKDIR /src
COPY . .
RUN make && make install
RUN mkdir /runtime && ldd /usr/local/bin/app | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib64
COPY --from=build /runtime /
COPY --from=build /usr/local/bin/app /usr/local/bin/app.real /usr/local/bin/
COPY --from=build /src/wrap.sh /src/
WORKDIR /src
CMD ["app"]

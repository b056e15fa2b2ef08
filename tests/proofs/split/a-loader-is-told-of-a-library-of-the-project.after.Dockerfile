FROM gcc:12 AS build
WORKDIR /src
COPY . .
RUN make && make install && ldconfig
RUN mkdir /runtime && ldd /usr/local/bin/greet | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib:/usr/local/lib64
COPY --from=build /runtime /
COPY --from=build /usr/local/bin/greet /usr/local/bin/
COPY --from=build /usr/local/lib/libhello.so /usr/local/lib/
WORKDIR /src
CMD ["greet"]

FROM gcc:12 AS build
COPY . /src
WORKDIR /src
RUN make && make install
RUN mkdir /runtime && ldd /usr/local/bin/tool | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib64
COPY --from=build /runtime /
COPY --from=build /usr/local/bin/tool /usr/local/bin/
WORKDIR /src
CMD ["tool"]

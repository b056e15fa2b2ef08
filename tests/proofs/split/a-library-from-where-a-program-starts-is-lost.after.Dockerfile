FROM gcc:12 AS build
WORKDIR /src
COPY . .
RUN make
RUN mkdir /runtime && ldd /src/greet | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib:/usr/local/lib64
COPY --from=build /runtime /
COPY --from=build /src/greet /src/
WORKDIR /src
CMD ["./greet"]

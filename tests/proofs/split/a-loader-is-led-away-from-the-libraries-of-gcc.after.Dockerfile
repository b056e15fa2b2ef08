FROM gcc:13 AS build
WORKDIR /src
COPY . .
ENV LD_LIBRARY_PATH=/src/lib
RUN g++ -o foo foo.cpp -L./lib -lbar
RUN mkdir /runtime && ldd /src/foo | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib64
ENV LD_LIBRARY_PATH=/src/lib
COPY --from=build /runtime /
COPY --from=build /src/foo /src/
COPY --from=build /src/lib /src/lib
WORKDIR /src
CMD ["./foo"]

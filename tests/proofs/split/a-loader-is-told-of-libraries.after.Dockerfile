FROM gcc:12 AS build
WORKDIR /src
COPY . .
RUN cp libbar.so /usr/local/lib/ && ldconfig && g++ -o foo foo.cpp -lbar
RUN mkdir /runtime && ldd /src/foo | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV LD_LIBRARY_PATH=/usr/local/lib64
COPY --from=build /runtime /
COPY --from=build /src/foo /src/libbar.so /src/
COPY --from=build /usr/local/lib/libbar.so /usr/local/lib/
WORKDIR /src
CMD ["./foo"]

FROM gcc:12 AS build
WORKDIR /scan
COPY scan.c .
RUN gcc -static -o scan.bin scan.c && rm -f scan.bin && gcc -static -o scan.bin scan.c

FROM gcr.io/distroless/static-debian12
COPY --from=build /scan/scan.bin /scan/
WORKDIR /scan
CMD ["./scan.bin"]

FROM gcc:12 AS build
WORKDIR /scan
COPY scan.c .
RUN gcc -static -o scan.bin scan.c
RUN mv scan.bin scan.old

FROM gcr.io/distroless/static-debian12
COPY --from=build /scan/scan.bin /scan/
WORKDIR /scan
CMD ["./scan.bin"]

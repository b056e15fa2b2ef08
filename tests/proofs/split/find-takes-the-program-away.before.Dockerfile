FROM gcc:12
WORKDIR /scan
COPY scan.c .
RUN gcc -static -o scan.bin scan.c && find . -type f ! -name "*.c" -delete
CMD ["./scan.bin"]

FROM gcc:12
WORKDIR /scan
COPY scan.c .
RUN gcc -static -o scan.bin scan.c && rm -f scan.bin && gcc -static -o scan.bin scan.c
CMD ["./scan.bin"]

FROM gcc:12
WORKDIR /scan
COPY scan.c .
RUN gcc -static -o scan.bin scan.c && rm -f *.o
CMD ["./scan.bin"]

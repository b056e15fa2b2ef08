FROM gcc:12
WORKDIR /scan
COPY scan.c .
RUN gcc -static -o scan.bin scan.c
RUN mv scan.bin scan.old
CMD ["./scan.bin"]

FROM gcc:12
WORKDIR /hello
COPY hello.c .
RUN gcc -static -O2 -o hello hello.c
CMD ["./hello"]

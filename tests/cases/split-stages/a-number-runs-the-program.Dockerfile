FROM gcc:12
WORKDIR /src
COPY . .
RUN gcc -o hello main.c -lz
USER 1000:1000
CMD ["./hello"]

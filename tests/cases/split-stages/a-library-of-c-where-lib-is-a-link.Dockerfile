FROM gcc:12
WORKDIR /app
COPY . .
RUN gcc -O2 -o run run.c -lz
CMD ["./run"]

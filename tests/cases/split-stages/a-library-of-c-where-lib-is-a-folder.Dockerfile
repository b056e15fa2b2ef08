FROM gcc:11-bullseye
WORKDIR /app
COPY . .
RUN gcc -O2 -o run run.c -lz
CMD ["./run"]

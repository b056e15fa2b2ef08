FROM gcc:12
WORKDIR /app
COPY . .
RUN gcc -O2 -o clock clock.c -lncursesw
CMD ["./clock"]

FROM gcc:13-bookworm
WORKDIR /app
COPY . .
RUN gcc -O2 -pthread -o work work.c
CMD ["./work"]

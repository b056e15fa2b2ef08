FROM gcc:12
WORKDIR /app
COPY . .
RUN gcc -O2 -o get get.c -lssl -lcrypto
CMD ["./get"]

FROM gcc:12
WORKDIR /app
COPY . .
RUN gcc -static -O2 -o who who.c
CMD ["./who"]

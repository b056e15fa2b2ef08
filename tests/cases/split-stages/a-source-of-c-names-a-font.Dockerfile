FROM gcc:12
WORKDIR /app
COPY . .
RUN gcc -O2 -o app main.c
CMD ["./app"]

FROM gcc:12
WORKDIR /app
COPY . .
RUN gcc -o app main.c -lpthread
CMD ["./app"]

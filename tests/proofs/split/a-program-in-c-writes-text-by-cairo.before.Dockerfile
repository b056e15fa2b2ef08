FROM gcc:12
WORKDIR /src
COPY . .
RUN gcc -O2 -o app main.c $(pkg-config --cflags --libs cairo)
CMD ["./app"]

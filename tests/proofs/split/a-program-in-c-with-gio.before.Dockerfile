FROM gcc:12
WORKDIR /src
COPY . .
RUN gcc -O2 -o app main.c $(pkg-config --cflags --libs gio-2.0)
CMD ["./app"]

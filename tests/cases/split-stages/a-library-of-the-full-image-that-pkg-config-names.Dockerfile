FROM gcc:12
WORKDIR /src
COPY a.c .
RUN gcc -o app a.c $(pkg-config --cflags --libs libxml-2.0)
CMD ["./app"]

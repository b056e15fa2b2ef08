FROM gcc:12
WORKDIR /src
COPY . .
RUN gcc -o app main.c
CMD ["./app"]

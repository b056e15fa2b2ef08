FROM gcc:12
WORKDIR /src
COPY . .
RUN gcc -o snake main.c -lncurses
CMD ["./snake"]

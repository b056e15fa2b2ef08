FROM gcc:12
WORKDIR /app
COPY . .
RUN gcc -O2 -o conv conv.c
ENTRYPOINT ["./conv"]

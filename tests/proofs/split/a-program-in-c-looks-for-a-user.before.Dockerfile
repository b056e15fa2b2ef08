FROM debian:12
RUN apt-get update && apt-get install -y gcc libc6-dev
WORKDIR /app
COPY . .
RUN gcc -o app main.c
CMD ["./app"]

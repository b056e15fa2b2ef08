FROM debian:bookworm
RUN apt-get update && apt-get install -y gcc libc6-dev libglib2.0-dev
COPY main.c /src/
RUN gcc -o /main /src/main.c -lglib-2.0
CMD ["/main"]

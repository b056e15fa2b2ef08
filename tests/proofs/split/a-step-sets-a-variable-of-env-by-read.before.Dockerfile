FROM gcc:12
WORKDIR /app
ENV OUT=/app/other
COPY . .
RUN gcc -o server server.c && read -r OUT < names && mkdir -p $OUT
CMD ["./server"]

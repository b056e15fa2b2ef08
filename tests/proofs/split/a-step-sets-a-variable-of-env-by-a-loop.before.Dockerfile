FROM gcc:12
WORKDIR /app
ENV OUT=/app/other
COPY . .
RUN gcc -o server server.c && for OUT in data; do mkdir -p $OUT; done
CMD ["./server"]

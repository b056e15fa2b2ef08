FROM gcc:13 AS builder
WORKDIR /app
COPY . .
RUN gcc -o app main.c

FROM gcc:13
COPY --from=builder /app/app /usr/local/bin/app
CMD ["app"]

FROM gcc:13 AS builder
WORKDIR /src
COPY . .
RUN gcc -o app main.c

FROM gcc:13
COPY --from=builder /src/app /usr/local/bin/app
CMD ["app"]

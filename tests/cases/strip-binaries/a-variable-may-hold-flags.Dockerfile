FROM golang:1.22
ARG FLAGS
RUN go build $FLAGS -o /a .
RUN go build -ldflags="$FLAGS" -o /a .

FROM golang:1.22
WORKDIR /src
COPY . .
RUN go build -o app .
ENV CACHE=cache/a.db
CMD ["./app", "-spool", "spool/in.txt"]

FROM golang:1.22
RUN useradd -m app
WORKDIR /home/app/src
COPY . .
RUN go build -o shop .
USER app
CMD ["./shop"]

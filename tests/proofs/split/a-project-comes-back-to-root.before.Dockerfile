FROM golang:1.22
WORKDIR /src
COPY . .
RUN go build -o server .
RUN useradd -m app && chown -R app:app /src
USER app
CMD ["./server"]

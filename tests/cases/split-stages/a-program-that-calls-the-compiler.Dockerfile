FROM golang:1.22
WORKDIR /src
COPY . .
RUN go install github.com/air-verse/air@latest
CMD ["air"]

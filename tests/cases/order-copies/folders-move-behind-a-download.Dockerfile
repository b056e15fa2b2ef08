FROM golang:1.22
COPY go.mod go.sum /src/
COPY cmd /src/cmd
COPY internal /src/internal
WORKDIR /src
RUN go build -o /server ./cmd/server

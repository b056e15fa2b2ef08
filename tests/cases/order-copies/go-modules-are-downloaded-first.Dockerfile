FROM golang:1.22
WORKDIR /src
COPY . .

# the server
RUN CGO_ENABLED=0 go build -ldflags "-X main.version=$VERSION" -o /server ./cmd/server

FROM scratch
COPY --from=0 /server /server

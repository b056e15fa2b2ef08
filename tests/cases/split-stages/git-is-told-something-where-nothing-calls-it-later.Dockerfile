FROM golang:1.22-bookworm
WORKDIR /app
COPY . .
RUN git config --global url.https://example.com/.insteadOf git@example.com: && go build -o app .
CMD ["./app"]

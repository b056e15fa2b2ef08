FROM golang:1.22
WORKDIR /src
COPY . .
RUN go build -o server . && go build -o migrate ./cmd/migrate
ENTRYPOINT ["./entrypoint.sh"]
CMD ["serve"]

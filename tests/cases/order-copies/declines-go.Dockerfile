FROM tool
WORKDIR /app
COPY . .
RUN go build ./...

from golang:1.22
workdir /app
copy main.go go.mod ./
run go build -o /bin/server main.go
cmd exec /bin/server --port $PORT

FROM golang:1.22
WORKDIR /src
COPY . .
RUN cd api && go build -o /server .

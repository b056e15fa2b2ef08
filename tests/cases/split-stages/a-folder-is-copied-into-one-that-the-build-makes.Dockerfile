FROM golang:1.22
WORKDIR /app
COPY . .
RUN mkdir /dist && go build -o /dist/shop . && cp -r web /dist
CMD ["/dist/shop"]

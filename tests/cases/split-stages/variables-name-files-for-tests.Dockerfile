FROM golang:1.22
WORKDIR /src
COPY . .
RUN go build -o app .
ENV FIXTURES=testdata/seed.json KEY=LICENSE.key SUITES_DIR=/src/tests APP_ENV=test
CMD ["./app"]

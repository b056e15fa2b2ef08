FROM golang:1.22
ARG NAME
WORKDIR /src
COPY . .
RUN make build BIN=$NAME
CMD ["./bin/dirsum"]

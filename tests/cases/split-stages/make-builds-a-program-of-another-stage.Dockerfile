FROM golang:1.22 AS builder
WORKDIR /src
COPY . .
RUN make build

FROM golang:1.22
COPY --from=builder /src/bin/dirsum /usr/local/bin/
RUN useradd dirsum
USER dirsum
CMD ["dirsum"]

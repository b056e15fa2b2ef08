FROM rust:1.79 AS tools
WORKDIR /src
COPY . .
RUN cargo build --release

FROM golang:1.22 AS build
WORKDIR /own
COPY . .
RUN CGO_ENABLED=0 go build -o /usr/local/bin/own .
COPY --from=tools /src/target/release/tool /usr/local/bin/tool

FROM gcr.io/distroless/static-debian12
COPY --from=build /usr/local/bin/own /usr/local/bin/tool /usr/local/bin/
WORKDIR /own
CMD ["tool"]

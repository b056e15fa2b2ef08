FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /bin/x .

FROM gcr.io/distroless/static-debian12
COPY --from=build /bin/x /bin/
WORKDIR /src
LABEL go=$GOLANG_VERSION
CMD ["/bin/x"]

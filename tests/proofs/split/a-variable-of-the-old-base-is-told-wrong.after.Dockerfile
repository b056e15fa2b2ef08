FROM golang:1.22 AS build
ENV DATA=$GOPATH/data
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /bin/x .

FROM gcr.io/distroless/static-debian12
ENV GOPATH=/work
ENV DATA=$GOPATH/data
COPY --from=build /bin/x /bin/
WORKDIR /src
CMD ["/bin/x"]

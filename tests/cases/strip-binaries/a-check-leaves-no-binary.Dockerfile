FROM golang:1.22 AS build
RUN go build ./... && go build std
RUN go install example.com/generate@v1.2.3
FROM scratch
COPY --from=build /app /app

FROM golang:1.22 AS build
RUN useradd --uid 1500 web
ENV MODE=production
WORKDIR /app
COPY . .
RUN mkdir data && chown web data
RUN CGO_ENABLED=0 go build -o server .

FROM gcr.io/distroless/static-debian12
ENV MODE=production
COPY --from=build /etc/passwd /etc/group /etc/
COPY --from=build /app/server /app/
COPY --from=build /app/config /app/config
COPY --from=build --chown=web:0 /app/data /app/data
WORKDIR /app
EXPOSE 8080
USER web
ENTRYPOINT ["./server"]
CMD ["--config", "config/prod.yml"]

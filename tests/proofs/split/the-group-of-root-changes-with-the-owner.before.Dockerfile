FROM golang:1.22
RUN useradd --uid 1500 web
ENV MODE=production
WORKDIR /app
COPY . .
RUN mkdir data && chown web data
RUN go build -o server .
EXPOSE 8080
USER web
ENTRYPOINT ["./server"]
CMD ["--config", "config/prod.yml"]

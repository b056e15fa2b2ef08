FROM golang:1.22
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/server .
RUN useradd -m app && chown -R app:app /src
USER app
CMD ["server"]

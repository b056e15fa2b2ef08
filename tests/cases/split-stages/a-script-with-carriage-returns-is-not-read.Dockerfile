FROM golang:1.22
WORKDIR /app
COPY . .
RUN go build -o server .
RUN sed -i 's/\r$//' entrypoint.sh && chmod +x entrypoint.sh
ENTRYPOINT ["/app/entrypoint.sh"]
CMD ["/app/server"]

FROM golang:1.22
ENV APP_HOME=/srv/shop
WORKDIR $APP_HOME
COPY . .
RUN CGO_ENABLED=0 go build -o shop .
ENTRYPOINT ["./start.sh"]

FROM golang:1.22
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/app .
COPY entry.sh /entry.sh
ENV BASH_ENV=/src/rc
ENTRYPOINT ["bash", "/entry.sh"]
CMD ["app"]

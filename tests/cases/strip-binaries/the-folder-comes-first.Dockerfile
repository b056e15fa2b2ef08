FROM golang:1.22
COPY . /src
RUN go build -C /src/cmd -o /server . && go install -C=/src ./tool
CMD ["/server"]

FROM golang:1.22
RUN git clone https://example.com/app.git /srv/app && cd /srv/app && go build -o /server .
CMD ["/server"]

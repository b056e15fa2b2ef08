FROM golang:1.22 AS make
WORKDIR /src
COPY . .
RUN go build -o /bin/types .

FROM golang:1.22
COPY --from=make /bin/types /bin/
CMD /bin/types "$KIND"

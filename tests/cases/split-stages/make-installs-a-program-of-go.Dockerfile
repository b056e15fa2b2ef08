FROM golang:1.22
ARG VERSION=1.0
WORKDIR /src
COPY . .
RUN make test
RUN make install VERSION=$VERSION
ENTRYPOINT ["dirsum"]

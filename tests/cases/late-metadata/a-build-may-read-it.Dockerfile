FROM golang:1.22
ARG VERSION
COPY . .
RUN make
RUN apt-get update && apt-get install -y curl

FROM alpine:3.20
RUN make
HEALTHCHECK CMD wget -q localhost || exit 1

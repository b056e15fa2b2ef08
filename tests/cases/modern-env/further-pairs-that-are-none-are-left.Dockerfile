FROM debian:12
ENV HOST "localhost" \
    PORT "3000"
ENV LANG C.UTF-8 \
    LC_ALL C.UTF-8
LABEL maintainer "Ada" version="1"
ENV mode fast \
    db.host=localhost
ENV OPTIONS -Da=b \
    -Dc=d

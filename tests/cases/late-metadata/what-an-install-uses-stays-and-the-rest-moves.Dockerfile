FROM alpine:3.20

# what it is
ARG BUILD_DATE
ARG VERSION
ARG VCS_REF

LABEL version=$VERSION revision=$VCS_REF date=$BUILD_DATE

RUN apk add --no-cache tool=$VERSION

EXPOSE 80

FROM alpine:3.20

# who made it, and of what
ARG BUILD_DATE
ARG VCS_REF
LABEL org.label-schema.build-date=$BUILD_DATE \
      org.label-schema.vcs-ref=$VCS_REF

# what it needs
RUN apk add --no-cache curl

COPY tool /usr/local/bin/

FROM alpine:3.19
ARG FLAGS="-t .deps"
# On the line of the command, with the packages below: it stays there, and nothing is sorted.
RUN apk add --no-cache ${FLAGS} \
        curl \
        bash \
        git
# Its author takes it for one of the packages.
RUN apk add --no-cache --virtual .deps $PHPIZE_DEPS curl \
    bash
RUN apk add --no-cache \
      $MORE \
      curl bash
# All on one line, and too long for it: nobody can tell.
RUN apk add --no-cache ${FLAGS} ca-certificates curl git gnupg jq make openssh-client python3 tzdata unzip wget
RUN apt-get update && apt-get install -y $A ${B:-} \
  git curl

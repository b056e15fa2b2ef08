FROM alpine:3.20
RUN apk add --repository http://example.com/testing watchman \
  bash
RUN apk add --virtual .build-deps \
  make gcc
RUN yum install --enablerepo epel zsh \
  bash
RUN yum install -y zsh --enablerepo epel \
  bash
RUN apt-get install -y -t bookworm-backports zsh \
  bash

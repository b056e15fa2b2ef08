FROM debian:12
RUN apt-get install -y \
  zsh=5.9-4 libc6:amd64 bash \
 Xvfb g++ && DEBIAN_FRONTEND=noninteractive apt-get -y install \
 c b a
RUN apk add --no-cache \
  zsh \
    bash
RUN apt-get install -y zsh \
  bash zsh -qq > /dev/null

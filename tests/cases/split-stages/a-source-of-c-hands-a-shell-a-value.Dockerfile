FROM debian:12
WORKDIR /src
RUN apt-get update && apt-get install -y gcc libc6-dev git
COPY . .
RUN gcc -O2 -o /usr/local/bin/x main.c
ENV HOOK="git --version"
CMD ["x"]

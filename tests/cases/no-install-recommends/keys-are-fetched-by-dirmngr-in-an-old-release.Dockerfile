FROM debian:stretch
RUN apt-get update && apt-get install -y gnupg
RUN apt-key adv --keyserver keys.example.com --recv-keys ABCD

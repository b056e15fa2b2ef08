FROM debian:12
RUN apt-get update && apt-get install -y git
COPY build.sh .
RUN ./build.sh

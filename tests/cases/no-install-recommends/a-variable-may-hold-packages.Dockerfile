FROM debian:12
ARG PACKAGES="nginx jq"
RUN apt-get update && apt-get install -y $PACKAGES

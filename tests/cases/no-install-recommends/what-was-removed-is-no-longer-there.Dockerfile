FROM debian:12
RUN apt-get update && apt-get install -y curl git perl unzip \
    && ./make.bash \
    && apt-get remove -y curl perl \
    && apt-get autoremove -y \
    && apt-get install -y git
CMD ["/app"]

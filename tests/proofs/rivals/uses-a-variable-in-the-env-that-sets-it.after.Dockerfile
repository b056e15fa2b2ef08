FROM debian:12
ENV HOME_OF=/opt \
    TOOL=$HOME_OF/tool

FROM alpine:3.20
CMD echo $0
SHELL ["/bin/ash", "-c"]
RUN echo 1

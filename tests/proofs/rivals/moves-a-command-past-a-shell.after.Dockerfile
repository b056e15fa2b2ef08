FROM alpine:3.20
SHELL ["/bin/ash", "-c"]
RUN echo 1
CMD echo $0

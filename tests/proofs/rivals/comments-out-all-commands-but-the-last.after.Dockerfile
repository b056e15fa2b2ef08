FROM debian:12
# CMD printenv
CMD ["app"]

FROM alpine:3.20
CMD ["MODE=1", "./run", "--fast"]

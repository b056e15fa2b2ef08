FROM golang:1.22
CMD ["true"]

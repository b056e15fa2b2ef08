FROM registry/ubi-minimal:9
RUN microdnf install curl
CMD ["true"]

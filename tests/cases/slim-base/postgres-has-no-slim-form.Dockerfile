FROM postgres:16
CMD ["true"]

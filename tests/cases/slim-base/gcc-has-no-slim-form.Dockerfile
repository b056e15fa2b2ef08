FROM gcc:12
CMD ["true"]

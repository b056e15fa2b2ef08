FROM perl:5.38-threaded-bookworm
CMD ["perl", "-v"]

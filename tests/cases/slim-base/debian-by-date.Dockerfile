FROM debian:bookworm-20240211
CMD ["bash"]

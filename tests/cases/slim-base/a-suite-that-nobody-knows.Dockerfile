FROM debian:stable
CMD ["bash"]

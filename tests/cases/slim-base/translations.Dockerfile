FROM debian:12
ENV LANG=de_DE.UTF-8
CMD ["bash"]

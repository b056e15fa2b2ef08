FROM debian:12
RUN cp /usr/share/doc/apt/copyright /copyright
CMD ["bash"]

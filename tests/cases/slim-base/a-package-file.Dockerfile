FROM debian:12
COPY a.deb /
RUN dpkg -i /a.deb
CMD ["bash"]

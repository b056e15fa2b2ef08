FROM debian:bookworm
COPY start.sh /
CMD ["/start.sh"]

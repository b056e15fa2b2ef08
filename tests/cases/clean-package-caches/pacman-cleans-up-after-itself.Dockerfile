FROM archlinux:latest
RUN pacman -Syu --noconfirm curl
CMD ["true"]

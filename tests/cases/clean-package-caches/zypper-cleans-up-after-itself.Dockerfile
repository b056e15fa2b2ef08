FROM opensuse/leap:15
RUN zypper install -y curl
CMD ["true"]

FROM fedora:40
RUN dnf install --no-install-recommends -y git

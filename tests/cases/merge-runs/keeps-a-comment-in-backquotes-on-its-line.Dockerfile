FROM debian:12
RUN apt-get install -y \
    curl `# for the check` \
    git
RUN touch /a

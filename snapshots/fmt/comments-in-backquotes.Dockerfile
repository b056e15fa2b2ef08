FROM debian:12
RUN a \
    && `# note` \
        b \
    && c `# of c, \
 and more` d \
        `# of e` \
        e

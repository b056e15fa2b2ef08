FROM debian:12
RUN useradd -m other
COPY --chown=1:1 . /home/other
RUN chown 1:1 /home/other

FROM debian:12
SHELL ["/bin/bash", "-lc"]
RUN touch /a
RUN touch /b

FROM debian:12
SHELL ["/bin/bash", "-eo", "pipefail", "-c"]
RUN touch /a; touch /b
RUN touch /c; touch /d | cat
RUN touch /e

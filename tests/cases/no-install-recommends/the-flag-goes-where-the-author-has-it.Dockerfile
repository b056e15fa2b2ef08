FROM debian:12
RUN apt-get update && apt-get install -y --no-install-recommends nginx
RUN apt-get install -y jq
RUN apt-get install -yq -o Dpkg::Use-Pty=0 tree
RUN apt-get install -o Dpkg::Use-Pty=0 -y bc

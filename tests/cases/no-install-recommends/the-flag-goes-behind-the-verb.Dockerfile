FROM debian:12
RUN apt-get -o Acquire::Retries=3 -y install nginx
RUN apt install -y -t bookworm-backports jq

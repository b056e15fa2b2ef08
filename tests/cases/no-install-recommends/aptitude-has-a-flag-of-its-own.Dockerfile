FROM debian:12
RUN aptitude install -y nginx
RUN aptitude -R install jq

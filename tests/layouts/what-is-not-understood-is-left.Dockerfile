FROM debian:12
RUN   if true; then   echo
 apt-get   update
ENV   A
run   true

FROM debian:12
RUN set -e && (echo $?; V=$(cat f; touch g))
RUN true

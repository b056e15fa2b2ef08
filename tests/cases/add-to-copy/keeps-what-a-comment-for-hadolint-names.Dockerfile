FROM debian:12
# hadolint ignore=DL3020
ADD one.txt /srv/
ADD two.txt /srv/

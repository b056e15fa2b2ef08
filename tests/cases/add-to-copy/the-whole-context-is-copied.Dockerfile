FROM debian:12
ADD . /app
add --chown=1000:1000 ./ /srv/app
ADD \
    . /code

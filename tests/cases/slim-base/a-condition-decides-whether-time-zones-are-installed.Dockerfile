FROM node:20
ARG ZONES=
RUN if [ -n "$ZONES" ]; then apt-get update && apt-get install -y --no-install-recommends tzdata; fi; \
    ln -snf /usr/share/zoneinfo/Europe/Berlin /etc/localtime
CMD ["date"]

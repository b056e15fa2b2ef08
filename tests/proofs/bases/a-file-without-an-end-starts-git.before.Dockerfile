FROM node:20-bookworm
COPY pull /srv/
CMD ["/srv/pull"]

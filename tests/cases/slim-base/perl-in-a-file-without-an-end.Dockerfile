FROM node:20-bookworm
COPY report index.js /srv/
CMD ["/srv/report"]

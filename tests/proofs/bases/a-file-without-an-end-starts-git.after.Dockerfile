FROM node:20-bookworm-slim
COPY pull /srv/
CMD ["/srv/pull"]

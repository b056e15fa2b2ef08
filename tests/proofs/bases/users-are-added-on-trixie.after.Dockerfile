FROM node:22-trixie-slim
RUN adduser --system app
COPY index.js /srv/
USER app
CMD ["node", "/srv/index.js"]

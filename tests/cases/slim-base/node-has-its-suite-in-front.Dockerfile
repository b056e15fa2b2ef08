FROM node:20-bookworm
WORKDIR /srv
CMD ["node", "-e", "console.log(1)"]

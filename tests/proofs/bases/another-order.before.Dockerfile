FROM node:20-bookworm
CMD ["node", "a.js"]

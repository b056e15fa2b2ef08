FROM node:20-slim-bookworm
CMD ["node", "a.js"]

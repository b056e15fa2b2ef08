FROM node:20-bookworm-slim
CMD ["node", "a.js"]

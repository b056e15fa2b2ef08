FROM node:18-bookworm-slim
CMD ["node", "a.js"]

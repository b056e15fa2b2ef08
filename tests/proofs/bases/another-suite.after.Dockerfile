FROM node:20-bullseye-slim
CMD ["node", "a.js"]

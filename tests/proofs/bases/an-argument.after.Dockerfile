ARG V=20-slim
FROM node:${V}
CMD ["node", "a.js"]

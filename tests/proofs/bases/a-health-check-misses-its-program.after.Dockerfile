FROM node:20-slim
HEALTHCHECK CMD curl -f http://a
CMD ["node", "a.js"]

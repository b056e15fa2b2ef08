FROM node:20-alpine
CMD ["node", "a.js"]

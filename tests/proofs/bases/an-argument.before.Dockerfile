ARG V=20
FROM node:${V}
CMD ["node", "a.js"]

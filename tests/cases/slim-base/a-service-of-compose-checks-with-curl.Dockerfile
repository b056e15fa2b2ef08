FROM node:20
COPY a.js /a.js
CMD ["node", "/a.js"]

FROM node:20
HEALTHCHECK CMD curl -f http://a
CMD ["node", "a.js"]

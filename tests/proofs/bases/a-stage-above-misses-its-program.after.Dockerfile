FROM node:20-slim AS a
FROM a
RUN wget http://a
CMD ["node", "a.js"]

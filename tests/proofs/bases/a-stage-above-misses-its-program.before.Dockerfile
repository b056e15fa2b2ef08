FROM node:20 AS a
FROM a
RUN wget http://a
CMD ["node", "a.js"]

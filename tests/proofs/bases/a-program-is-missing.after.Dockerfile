FROM node:20-slim
RUN git clone http://a /a
CMD ["node", "a.js"]

FROM node:20
RUN git clone http://a /a
CMD ["node", "a.js"]

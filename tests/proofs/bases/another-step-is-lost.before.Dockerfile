FROM node:20
RUN touch /a
CMD ["node", "a.js"]

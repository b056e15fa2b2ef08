FROM node:20-bookworm
COPY . .
RUN npm install
CMD ["node","a.js"]

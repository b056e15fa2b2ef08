FROM node:20-bookworm
COPY . .
CMD ["node","a.js"]

FROM node:20-bookworm
COPY . .
RUN yarn dlx sqlite3
CMD ["node","a.js"]

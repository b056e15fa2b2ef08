FROM node:20-bookworm-slim
COPY . .
RUN yarn dlx sqlite3
CMD ["node","a.js"]

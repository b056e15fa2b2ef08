FROM node:20-bookworm
COPY . .
RUN npm ci
CMD ["node","a.js"]

FROM node:4
WORKDIR /app
COPY . .
RUN npm install --only=production --no-audit
CMD ["npm", "start"]

FROM node:4
WORKDIR /app
COPY . .
RUN npm install --no-audit
CMD ["npm", "start"]

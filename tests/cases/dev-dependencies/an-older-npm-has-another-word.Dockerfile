FROM node:12
WORKDIR /app
COPY . .
RUN npm install --no-audit
CMD ["npm", "start"]

FROM node:22
COPY client /app/client
COPY server /app/server
WORKDIR /app/client
RUN npm install
RUN npm run build
WORKDIR /app/server
RUN npm install
CMD ["npm", "start"]

FROM node:22-slim
COPY client /app/client
COPY server /app/server
WORKDIR /app/client
RUN npm install
RUN npm run build
WORKDIR /app/server
RUN npm install
CMD cd ../client && npm start

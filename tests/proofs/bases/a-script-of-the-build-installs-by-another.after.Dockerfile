FROM node:20-slim
WORKDIR /app
COPY . .
RUN ./build.sh
CMD ["node", "app.js"]

FROM node:20
WORKDIR /app
COPY . .
RUN ./build.sh
CMD ["node", "app.js"]

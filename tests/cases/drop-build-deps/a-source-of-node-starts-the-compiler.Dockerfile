FROM node:20-slim
RUN apt-get update && apt-get install -y gcc g++ make python3 && npm install -g node-gyp
COPY . .
CMD ["node", "app.js"]

FROM node:20
WORKDIR /app
COPY package.json ./
RUN npm install
RUN npm install -g serve
COPY . .
RUN npm run build
EXPOSE 3000
# all paths are the page's own
CMD ["serve", "-s", "build"]

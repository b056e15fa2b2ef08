FROM node:20
ENV NODE_ENV=production
WORKDIR /app
COPY . .
RUN npm install --include=dev
RUN npm run build
CMD ["npx", "tsc", "--watch"]

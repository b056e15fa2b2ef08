FROM node:20-bookworm-slim
COPY . .
RUN npm ci
CMD ["npm","start"]

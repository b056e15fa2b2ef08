FROM node:20-bookworm
COPY . .
RUN npm ci
CMD ["npm","start"]

FROM node:20-bookworm
WORKDIR /app
COPY . .
RUN yarn install
CMD ["yarn", "serve:all"]

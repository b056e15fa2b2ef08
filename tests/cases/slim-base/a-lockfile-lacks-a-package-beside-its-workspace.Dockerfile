FROM node:20-bookworm
WORKDIR /repo
COPY package.json package-lock.json ./
COPY packages ./packages
RUN npm ci
CMD ["npm", "start", "-w", "api"]

FROM node:22
WORKDIR /app
RUN node -e "require('fs').writeFileSync('/root/.npmrc', 'cafile=ca.pem')"
COPY . .
RUN npm ci

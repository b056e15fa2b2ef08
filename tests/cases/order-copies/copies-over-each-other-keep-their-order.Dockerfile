FROM node:22
WORKDIR /app
COPY . .
COPY --from=nginx /etc/nginx ./conf
RUN npm ci

FROM node:22 AS build
WORKDIR /app
COPY . .

# what the page needs, and the page
RUN npm ci \
    && npm cache clean --force \
    && npm run lint \
    # minified
    && npm run build && rm -rf node_modules

FROM nginx:1.27
COPY --from=build /app/dist /usr/share/nginx/html

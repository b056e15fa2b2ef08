FROM node:22 AS build
WORKDIR /app
COPY . .
RUN npm ci \
    # the build needs all of it
    && npm run build

FROM nginx:1.27
COPY --from=build /app/dist /usr/share/nginx/html

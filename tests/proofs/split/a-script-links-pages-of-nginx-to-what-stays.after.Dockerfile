FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y nginx python3 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN python3 build.py

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
COPY --from=build /var/www/html /var/www/html
WORKDIR /app
CMD ["nginx", "-g", "daemon off;"]

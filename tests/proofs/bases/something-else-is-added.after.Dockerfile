FROM node:20-slim
RUN apt-get update && apt-get install --no-install-recommends -y nginx && rm -rf /var/lib/apt/lists/*
CMD ["node", "a.js"]

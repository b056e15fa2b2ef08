FROM node:20-slim
RUN apt-get update && apt-get install --no-install-recommends -y git && rm -rf /var/lib/apt/lists/*
RUN git clone http://a /a
CMD ["node", "a.js"]

FROM node:20
RUN apt-get update && apt-get install --no-install-recommends -y git && rm -rf /var/lib/apt/lists/*
CMD ["node", "a.js"]

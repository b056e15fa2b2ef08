FROM node:20-slim
CMD ["sh", "-c", "ssh a & node a.js"]

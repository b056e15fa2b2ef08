FROM node:20
CMD ["sh", "-c", "ssh a & node a.js"]

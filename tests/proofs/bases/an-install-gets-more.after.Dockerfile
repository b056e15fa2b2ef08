FROM node:20-slim
RUN apt-get update && apt-get install -y git jq
RUN git --version
CMD ["node", "a.js"]

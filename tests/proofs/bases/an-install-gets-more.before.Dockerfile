FROM node:20
RUN apt-get update && apt-get install -y jq
RUN git --version
CMD ["node", "a.js"]

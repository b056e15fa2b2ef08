ARG V=20-slim
FROM node:${V}
ARG V
RUN echo $V > /version
CMD ["node", "a.js"]

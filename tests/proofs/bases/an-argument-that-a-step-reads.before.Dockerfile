ARG V=20
FROM node:${V}
ARG V
RUN echo $V > /version
CMD ["node", "a.js"]

FROM node:20
ENV TZ=Europe/Berlin
CMD ["node"]

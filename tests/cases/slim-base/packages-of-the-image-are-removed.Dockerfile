FROM node:20
RUN apt-get purge -y imagemagick
CMD ["node"]

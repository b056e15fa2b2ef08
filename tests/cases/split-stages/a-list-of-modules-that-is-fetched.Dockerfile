FROM node:20
RUN apt-get update && apt-get install -y build-essential libvips-dev
RUN git clone https://example.com/gallery.git /opt/gallery
WORKDIR /opt/gallery
RUN npm install
CMD ["node", "gallery.js"]

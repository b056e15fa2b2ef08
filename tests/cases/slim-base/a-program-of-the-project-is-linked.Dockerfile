FROM node:20
WORKDIR /opt/slugify
COPY . .
RUN npm install && npm link
WORKDIR /work
ENTRYPOINT ["slugit"]

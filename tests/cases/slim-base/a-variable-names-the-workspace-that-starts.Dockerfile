FROM node:20
ENV SERVICE=api
WORKDIR /repo
COPY . .
RUN npm install
CMD npm start --workspace=services/$SERVICE

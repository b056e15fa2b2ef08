FROM node:20
RUN yarn global add serve
CMD ["true"]

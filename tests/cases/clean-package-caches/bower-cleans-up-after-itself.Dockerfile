FROM node:8
RUN bower install
CMD ["true"]

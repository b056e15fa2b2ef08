FROM node:20
USER node
RUN git --version
CMD ["node"]

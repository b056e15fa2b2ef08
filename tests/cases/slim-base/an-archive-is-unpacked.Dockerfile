FROM node:20
RUN node -e "" | tar xJ -C /opt
CMD ["node"]

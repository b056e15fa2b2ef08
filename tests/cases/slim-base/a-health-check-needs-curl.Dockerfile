FROM node:20
# the port of the service
ENV PORT=80
HEALTHCHECK CMD curl -f http://localhost/
CMD ["node", "a.js"]

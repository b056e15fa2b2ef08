FROM node:12-buster
HEALTHCHECK CMD curl -f http://localhost/
CMD ["node"]

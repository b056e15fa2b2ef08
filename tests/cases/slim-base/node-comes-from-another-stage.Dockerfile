FROM node:20 AS node
FROM python:3.12
COPY --from=node /usr/local/bin/node /usr/local/bin/node
CMD ["node"]

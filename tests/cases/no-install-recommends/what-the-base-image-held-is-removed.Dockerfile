FROM node:20 AS base
RUN apt-get purge -y --auto-remove ca-certificates
FROM base
RUN apt-get install -y curl

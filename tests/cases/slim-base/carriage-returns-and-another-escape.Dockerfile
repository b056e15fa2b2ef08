# escape=`
FROM node:20
RUN unzip -v
CMD ["node"]

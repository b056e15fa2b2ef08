FROM node:16-slim
RUN npm install -g highcharts-export-server
CMD ["highcharts-export-server", "--enableServer", "1"]

FROM node:16
RUN npm install -g highcharts-export-server
CMD ["highcharts-export-server", "--enableServer", "1"]

FROM node:20-slim
COPY start.sh /start.sh
CMD ["/start.sh"]

FROM node:20
COPY start.sh /start.sh
CMD ["/start.sh"]

FROM node:22
WORKDIR /app
COPY . .
RUN node build.js
ENTRYPOINT ["./entry.sh"]
CMD ["bin/app.js"]

FROM example.com/base
COPY . /app
RUN chown -R app:app /app
FROM node:onbuild
COPY . /app
RUN chown -R app:app /app

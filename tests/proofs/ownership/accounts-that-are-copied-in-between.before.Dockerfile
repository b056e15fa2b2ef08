FROM node:22
COPY . /app
COPY passwd /etc/passwd
RUN chown -R app:app /app

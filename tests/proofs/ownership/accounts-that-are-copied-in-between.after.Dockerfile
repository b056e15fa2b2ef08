FROM node:22
COPY --chown=app:app . /app
COPY passwd /etc/passwd

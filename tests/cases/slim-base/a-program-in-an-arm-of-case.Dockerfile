FROM python:3.11-bookworm
WORKDIR /app
COPY . .
ENTRYPOINT ["sh", "./run.sh"]

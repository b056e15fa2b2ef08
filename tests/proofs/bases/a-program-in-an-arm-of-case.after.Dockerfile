FROM python:3.11-slim
WORKDIR /app
COPY . .
ENTRYPOINT ["sh", "./run.sh"]

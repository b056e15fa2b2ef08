FROM python:3.11
WORKDIR /app
COPY . .
ENTRYPOINT ["sh", "./run.sh"]

FROM python:3.12-slim
WORKDIR /w
COPY . .
CMD ["sh", "./start.sh"]

FROM python:3.12
WORKDIR /w
COPY . .
CMD ["sh", "./start.sh"]

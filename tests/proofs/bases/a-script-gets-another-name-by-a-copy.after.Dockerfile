FROM python:3.12-slim
WORKDIR /app
COPY app.py entrypoint.sh ./
COPY entrypoint.sh /usr/local/bin/start
ENTRYPOINT ["start"]
CMD ["python", "app.py"]

FROM python:3.12-slim
WORKDIR /app
COPY app.py entrypoint.sh ./
RUN mv entrypoint.sh /usr/local/bin/start
ENTRYPOINT ["start"]
CMD ["python", "app.py"]

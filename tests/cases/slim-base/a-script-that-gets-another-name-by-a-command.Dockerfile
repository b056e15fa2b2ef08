FROM python:3.12
WORKDIR /app
COPY app.py entrypoint.sh ./
RUN install -m 755 entrypoint.sh /usr/local/bin/start
ENTRYPOINT ["start"]
CMD ["python", "app.py"]

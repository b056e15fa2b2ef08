FROM python:3.12
WORKDIR /app
COPY app.py ./
COPY docker docker
RUN text=$(<docker/start.sh) && echo "$text" > /usr/local/bin/start
ENTRYPOINT ["start"]
CMD ["python", "app.py"]

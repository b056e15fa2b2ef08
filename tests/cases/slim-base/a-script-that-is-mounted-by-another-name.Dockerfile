FROM python:3.12
WORKDIR /app
COPY app.py ./
COPY docker docker
RUN --mount=type=bind,source=docker/start.sh,target=/tmp/it cp /tmp/it /usr/local/bin/start
ENTRYPOINT ["start"]
CMD ["python", "app.py"]

FROM python:3.12
WORKDIR /app
COPY app.py ./
COPY docker docker
RUN bash -c 'cp docker/s* /usr/local/bin/start'
ENTRYPOINT ["start"]
CMD ["python", "app.py"]

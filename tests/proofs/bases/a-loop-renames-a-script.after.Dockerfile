FROM python:3.12-slim
WORKDIR /app
COPY app.py ./
COPY docker docker
RUN for script in docker/*.sh; do cp $script /usr/local/bin/$(basename $script .sh); done
ENTRYPOINT ["start"]
CMD ["python", "app.py"]

FROM python:3.12-alpine
USER app
RUN sudo apk add gcc musl-dev libatomic libgcc libgomp && pip install uwsgi && apk del gcc musl-dev
CMD ["uwsgi"]

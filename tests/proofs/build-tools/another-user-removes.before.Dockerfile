FROM python:3.12-alpine
USER app
RUN sudo apk add gcc musl-dev && pip install uwsgi
CMD ["uwsgi"]

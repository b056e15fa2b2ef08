FROM python:3.12-alpine
RUN apk add gcc musl-dev libffi-dev && pip install uwsgi

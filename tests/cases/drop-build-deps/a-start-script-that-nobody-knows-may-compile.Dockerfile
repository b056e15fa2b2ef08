FROM python:3.12-alpine
RUN apk add gcc musl-dev && pip install uwsgi
ENTRYPOINT ["/app/start.sh"]

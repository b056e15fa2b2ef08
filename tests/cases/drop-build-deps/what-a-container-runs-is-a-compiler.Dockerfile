FROM python:3.12-alpine
RUN apk add gcc make musl-dev && pip install uwsgi
CMD ["make", "run"]

FROM python:3.12-alpine
RUN apk add gcc musl-dev libffi-dev && pip install uwsgi
HEALTHCHECK CMD make check
CMD ["uwsgi"]

FROM python:3.12-alpine
RUN apk add gcc musl-dev libffi-dev libatomic libgcc libgomp && pip install uwsgi && apk del gcc musl-dev
CMD ["gcc", "a.c"]

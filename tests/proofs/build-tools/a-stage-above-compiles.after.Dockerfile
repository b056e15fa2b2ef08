FROM python:3.12-alpine AS base
RUN apk add gcc musl-dev libffi-dev libatomic libgcc libgomp && pip install uwsgi && apk del gcc musl-dev
CMD ["uwsgi"]

FROM base
RUN pip install numpy

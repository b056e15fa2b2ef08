FROM python:3.12-alpine AS base
RUN apk add gcc musl-dev libffi-dev && pip install uwsgi
CMD ["uwsgi"]

FROM base
RUN pip install numpy

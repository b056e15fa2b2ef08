FROM python:3.12-alpine AS base
RUN apk add make

FROM base
RUN apk add gcc musl-dev && pip install uwsgi
CMD ["uwsgi"]

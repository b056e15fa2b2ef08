FROM python:3.12-alpine AS base
RUN apk add make

FROM base
RUN apk add gcc musl-dev libatomic libgcc libgomp && pip install uwsgi && apk del gcc musl-dev
CMD ["uwsgi"]

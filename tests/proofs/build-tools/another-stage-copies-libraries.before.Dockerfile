FROM python:3.12-alpine AS base
RUN apk add gcc musl-dev libffi-dev && pip install uwsgi
CMD ["uwsgi"]

FROM scratch
COPY --from=base /usr/lib /usr/lib

FROM python:3.12-alpine AS build
RUN apk add gcc musl-dev && pip install --prefix=/out uwsgi

FROM python:3.12-alpine
COPY --from=build /out /usr/local
CMD ["uwsgi"]

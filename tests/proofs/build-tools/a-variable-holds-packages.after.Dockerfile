FROM python:3.12-alpine
ARG MORE
RUN apk add gcc libatomic libgcc libgomp $MORE && pip install uwsgi && apk del gcc
CMD ["uwsgi"]

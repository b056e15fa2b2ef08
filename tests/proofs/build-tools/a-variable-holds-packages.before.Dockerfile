FROM python:3.12-alpine
ARG MORE
RUN apk add gcc $MORE && pip install uwsgi
CMD ["uwsgi"]

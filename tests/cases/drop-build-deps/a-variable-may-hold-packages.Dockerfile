FROM python:3.12-alpine
ARG PACKAGES
RUN apk add gcc musl-dev $PACKAGES && pip install uwsgi
CMD ["python", "app.py"]

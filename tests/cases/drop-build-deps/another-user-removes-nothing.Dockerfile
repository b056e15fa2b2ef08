FROM python:3.12-alpine
USER app
RUN apk add gcc musl-dev && pip install uwsgi
CMD ["python", "app.py"]

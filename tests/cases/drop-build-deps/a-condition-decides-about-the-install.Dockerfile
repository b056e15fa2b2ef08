FROM python:3.12-alpine
RUN (apk add gcc musl-dev || true) && pip install uwsgi
CMD ["python", "app.py"]

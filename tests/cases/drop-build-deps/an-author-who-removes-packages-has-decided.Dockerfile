FROM python:3.12-alpine
RUN apk add --virtual .build gcc musl-dev && pip install uwsgi && apk del .build
CMD ["python", "app.py"]

FROM python:3.12-alpine
RUN apk add --no-cache build-base zbar && pip install cffi
COPY . /srv
CMD ["python", "/srv/app.py"]

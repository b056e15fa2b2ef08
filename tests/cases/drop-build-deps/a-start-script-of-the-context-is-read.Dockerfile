FROM python:3.12-alpine
COPY . /app
RUN apk add gcc musl-dev && pip install -r /app/requirements.txt
ENTRYPOINT ["/app/start.sh"]

FROM python:3.12-alpine
RUN apk add make
COPY requirements.txt .
RUN apk add gcc make musl-dev && pip install -r requirements.txt
CMD ["python", "app.py"]

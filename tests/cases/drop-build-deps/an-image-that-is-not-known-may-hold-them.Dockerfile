FROM example.com/python
RUN apk add gcc musl-dev && pip install uwsgi
CMD ["python", "app.py"]

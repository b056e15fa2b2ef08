FROM python:3.12
RUN pip install --no-binary=:all: flask
CMD ["python"]

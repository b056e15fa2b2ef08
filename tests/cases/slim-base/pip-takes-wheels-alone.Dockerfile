FROM python:3.12
RUN pip install --only-binary :all: lxml flask
CMD ["python"]

FROM example/python:3
RUN pip install flask

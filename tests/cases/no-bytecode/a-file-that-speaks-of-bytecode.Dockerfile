FROM python:3.12-slim
RUN pip install flask
RUN find / -name '*.pyc' -delete
CMD ["flask", "run"]

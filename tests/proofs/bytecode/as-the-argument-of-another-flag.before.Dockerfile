FROM python:3.12-slim
RUN pip install -t flask
CMD ["flask", "run"]

FROM python:3.12-slim
RUN pip install -t --no-compile flask
CMD ["flask", "run"]

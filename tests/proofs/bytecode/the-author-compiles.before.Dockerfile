FROM python:3.12-slim
RUN pip install --compile flask
CMD ["flask", "run"]

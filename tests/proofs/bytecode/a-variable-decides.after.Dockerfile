FROM python:3.12-slim
ENV PIP_COMPILE=1
RUN pip install --no-compile flask
CMD ["flask", "run"]

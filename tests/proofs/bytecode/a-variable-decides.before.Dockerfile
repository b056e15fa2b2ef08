FROM python:3.12-slim
ENV PIP_COMPILE=1
RUN pip install flask
CMD ["flask", "run"]

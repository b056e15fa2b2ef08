FROM python:3.12-slim
RUN pip install --compile flask
RUN pip install --no-compile requests
CMD ["flask", "run"]

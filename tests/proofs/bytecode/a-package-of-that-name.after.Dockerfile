FROM python:3.12-slim
RUN pip download install --no-compile flask
CMD ["flask", "run"]

FROM python:3.12-slim
RUN pip download install flask
CMD ["flask", "run"]

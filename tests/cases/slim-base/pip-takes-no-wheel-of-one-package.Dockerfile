FROM python:3.12
RUN pip install --no-binary lxml lxml flask
CMD ["python"]

FROM python:3.12
WORKDIR /app
RUN python -m venv venv
RUN . venv/bin/activate && pip install flask lxml
CMD ["venv/bin/python"]

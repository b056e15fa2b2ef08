FROM python:3.12
WORKDIR /app
RUN . venv/bin/activate && pip install flask lxml
CMD ["venv/bin/python"]

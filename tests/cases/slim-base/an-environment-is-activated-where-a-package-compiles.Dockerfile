FROM python:3.12
WORKDIR /app
RUN python -m venv venv
RUN . venv/bin/activate && pip install psycopg2
CMD ["venv/bin/python"]

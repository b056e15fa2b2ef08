FROM python:3.12
RUN pip install psycopg2
CMD ["python3"]

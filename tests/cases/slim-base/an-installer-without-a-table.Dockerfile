FROM python:3.12
RUN easy_install psycopg2
CMD ["python3"]

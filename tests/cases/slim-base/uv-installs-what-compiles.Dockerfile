FROM python:3.12
RUN pip install uv && uv pip install --system psycopg2==2.9.9
CMD ["python"]

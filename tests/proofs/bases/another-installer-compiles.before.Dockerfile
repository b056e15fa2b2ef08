FROM python:3.12-bookworm
RUN pipx install psycopg2
CMD ["python"]

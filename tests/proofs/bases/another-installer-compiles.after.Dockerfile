FROM python:3.12-slim-bookworm
RUN pipx install psycopg2
CMD ["python"]

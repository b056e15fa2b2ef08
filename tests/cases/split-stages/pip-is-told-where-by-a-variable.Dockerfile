FROM python:3.12-bookworm
RUN apt-get update && apt-get install -y gcc libpq-dev
ENV PIP_PREFIX=/opt/packages
RUN pip install psycopg2
COPY app.py /srv/
CMD ["python", "/srv/app.py"]

FROM python:3.12
RUN apt-get update && apt-get install -y libpq-dev
WORKDIR /srv
COPY start.sh ./
RUN pip install psycopg2
CMD ["./start.sh"]

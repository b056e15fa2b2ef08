FROM python:3.12-slim-bookworm
RUN apt-get update && apt-get install -y gcc libpq-dev libssl-dev
WORKDIR /srv/app
COPY . .
RUN pip install psycopg2
CMD ["python", "sign.py"]

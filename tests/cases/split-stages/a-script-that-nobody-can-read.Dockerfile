FROM python:3.12
RUN apt-get update && apt-get install -y libpq-dev
WORKDIR /srv
COPY requirements.txt start.sh ./
RUN pip install -r requirements.txt
CMD ["./start.sh"]

FROM python:3.12
LABEL team=web
ENV APP_ENV production
WORKDIR /srv
RUN apt-get update && apt-get install -y gcc libpq-dev netcat-openbsd
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
EXPOSE 8000
CMD gunicorn -b 0.0.0.0:8000 app:app

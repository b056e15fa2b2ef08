FROM python:3.12
COPY app /srv/app
WORKDIR /srv
RUN pip install flask

FROM python:3.12
WORKDIR /srv
RUN pip install flask
COPY app /srv/app

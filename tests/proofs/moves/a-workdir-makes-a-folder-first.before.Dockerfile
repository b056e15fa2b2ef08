FROM python:3.12
COPY app /srv/app
WORKDIR /srv/app
RUN pip install flask

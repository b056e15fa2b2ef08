FROM python:3.12
WORKDIR /srv/app
RUN pip install flask
COPY app /srv/app

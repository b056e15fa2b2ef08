FROM python:3.12
COPY . /srv/shop
RUN cd /srv/shop && pip install -r deps/requirements.txt

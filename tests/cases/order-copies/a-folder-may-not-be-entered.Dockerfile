FROM python:3.12
COPY . /src
RUN cd /src; pip install -r requirements.txt

FROM python:3.12
COPY home/ /root/
RUN pip install flask

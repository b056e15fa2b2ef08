FROM python:3.12
COPY cache /root/.cache/pip
RUN pip install flask

FROM python:3.12
RUN --network=default \
    pip install flask

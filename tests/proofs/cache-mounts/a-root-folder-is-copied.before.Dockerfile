FROM python:3.12
COPY rootfs /
RUN pip install flask

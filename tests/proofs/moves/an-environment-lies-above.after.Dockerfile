FROM python:3.12
ENV PATH=/data/venv/bin:$PATH
RUN pip install flask
COPY pip.conf /data/venv/pip.conf

FROM python:3.12
ENV PATH=/data/venv/bin:$PATH
COPY pip.conf /data/venv/pip.conf
RUN pip install flask

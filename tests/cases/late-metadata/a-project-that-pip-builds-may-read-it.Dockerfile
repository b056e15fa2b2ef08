FROM python:3.12
ARG VERSION
COPY . .
RUN pip install .

FROM python:3.12
WORKDIR /app
COPY . .
COPY deploy/settings.py tool/
RUN pip install .

FROM python:3.12
WORKDIR /srv
COPY requirements.txt .
COPY app app
RUN pip install -r requirements.txt

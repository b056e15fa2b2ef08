FROM python:3.12
WORKDIR /app
COPY requirements.txt .
COPY app app
COPY tests tests
RUN pip install -r requirements.txt

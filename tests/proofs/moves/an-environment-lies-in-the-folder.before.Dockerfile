FROM python:3.12
WORKDIR /app
ENV VIRTUAL_ENV=/app/venv
COPY . .
RUN pip install flask

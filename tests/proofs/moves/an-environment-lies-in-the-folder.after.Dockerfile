FROM python:3.12
WORKDIR /app
ENV VIRTUAL_ENV=/app/venv
RUN pip install flask
COPY . .

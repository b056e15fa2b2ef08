FROM python:3.12
WORKDIR /app
ARG D=/app
COPY . $D/
RUN pip install -r requirements.txt

FROM python:3.12
WORKDIR /app
COPY . .
RUN apt-get install -y ./a.deb

FROM python:3.12
WORKDIR /app
RUN apt-get install -y ./a.deb
COPY . .

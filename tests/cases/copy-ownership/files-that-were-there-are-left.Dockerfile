FROM python:3.12
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
RUN chown -R 1000:1000 /app
FROM debian:12
RUN ./install.sh
COPY . /app
RUN chown -R 1000:1000 /app
FROM debian:12
RUN tar -xzf /tmp/app.tar.gz
COPY . /app
RUN chown -R 1000:1000 /app

FROM debian:12
ADD app.ini /etc/
ADD src/ /app/

FROM debian:12
ADD app.ini conf/*.ini /etc/app/
ADD ["src", "read me.txt", "/app/"]

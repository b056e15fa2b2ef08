FROM gcc:12
WORKDIR /app
COPY . .
RUN gcc -o app main.c && mkdir -p /opt/app && cp app /opt/app/ && cp -r data /opt/app/
WORKDIR /opt/app
CMD ["./app"]

FROM gcc:12
WORKDIR /app
COPY . .
RUN gcc -o app main.c && ln app /opt/run
CMD ["/opt/run"]

FROM gcc:13
RUN apt-get update && apt-get install -y libmariadb-dev
WORKDIR /src
COPY . .
RUN gcc -o /usr/local/bin/shop main.c -lmariadb
CMD ["shop"]

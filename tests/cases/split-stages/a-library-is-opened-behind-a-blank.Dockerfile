FROM ubuntu:22.04
RUN apt-get update && apt-get install -y g++ libboost-all-dev
WORKDIR /src
COPY . .
RUN g++ -o /usr/local/bin/shop main.cpp -lboost_filesystem
CMD ["shop"]

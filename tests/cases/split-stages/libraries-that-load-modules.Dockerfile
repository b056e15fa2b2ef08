FROM ubuntu:22.04
RUN apt-get update && apt-get install -y g++ libmagick++-dev
WORKDIR /src
COPY . .
RUN g++ -o /usr/local/bin/shop main.cpp -lMagick++-6.Q16
CMD ["shop"]

FROM ubuntu:22.04
RUN apt-get update && apt-get install -y g++ libncurses-dev libfmt-dev
WORKDIR /src
COPY . .
RUN g++ -o snake main.cpp -lncurses -lfmt
CMD ["./snake"]

FROM ubuntu:22.04
RUN apt-get update && apt-get install -y build-essential cmake libboost-all-dev
WORKDIR /app
COPY . .
RUN cmake . && make
CMD ["./echo", "9000"]

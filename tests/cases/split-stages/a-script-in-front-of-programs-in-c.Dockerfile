FROM ubuntu:22.04
RUN apt-get update && apt-get install -y gcc make jq
COPY . /app
WORKDIR /app
RUN make -C tool
RUN chmod +x run.sh
CMD ["./run.sh"]

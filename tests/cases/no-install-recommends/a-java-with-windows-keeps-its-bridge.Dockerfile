FROM ubuntu:18.04 AS tools
RUN apt-get update && apt-get install -y openjdk-8-jdk unzip
FROM ubuntu:18.04 AS desk
RUN apt-get update && apt-get install -y default-jre
FROM ubuntu:18.04 AS server
RUN apt-get update && apt-get install -y openjdk-8-jre-headless

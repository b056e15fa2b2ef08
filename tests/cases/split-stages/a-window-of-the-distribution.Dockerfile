FROM ubuntu:22.04
RUN apt-get update && apt-get install -y default-jdk-headless maven
WORKDIR /srv
COPY pom.xml .
COPY src src
RUN mvn -B package
CMD java -jar target/shop.jar

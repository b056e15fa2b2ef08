FROM ubuntu:22.04
RUN apt-get update && apt-get install -y --no-install-recommends openjdk-17-jdk maven
WORKDIR /srv
COPY pom.xml .
COPY src src
RUN mvn -B package
EXPOSE 8080
ENTRYPOINT ["java", "-jar", "target/shop.jar"]

FROM maven:3.9
RUN mvn package

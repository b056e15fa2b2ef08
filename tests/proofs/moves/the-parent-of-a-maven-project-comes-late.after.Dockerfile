FROM maven:3.9
WORKDIR /src/service
COPY service/pom.xml /src/service/
RUN mvn dependency:go-offline
COPY . /src
RUN mvn package

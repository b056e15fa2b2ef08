FROM eclipse-temurin:21-jdk
WORKDIR /src
COPY pom.xml mvnw ./
COPY .mvn/wrapper/maven-wrapper.jar .mvn/wrapper/maven-wrapper.properties ./.mvn/wrapper/
RUN ./mvnw dependency:go-offline
COPY . .
RUN ./mvnw package

FROM maven:3.9-eclipse-temurin-21 AS build
WORKDIR /app
COPY pom.xml .
COPY src ./src
RUN mvn -B -q clean package -DskipTests -P production && mv target/app.jar /app.jar

FROM eclipse-temurin:21-jre
COPY --from=build /app.jar /app.jar

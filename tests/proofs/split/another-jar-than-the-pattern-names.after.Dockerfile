FROM maven:3.9-eclipse-temurin-21 AS build
WORKDIR /app
COPY . .
RUN mvn package -DskipTests

FROM eclipse-temurin:21-jre
COPY --from=build /app/target/one.jar /app/target/
WORKDIR /app
CMD java -jar target/*.jar

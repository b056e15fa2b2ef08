FROM maven:3.9-eclipse-temurin-21 AS build
RUN apt-get update && apt-get upgrade -y
WORKDIR /app
COPY . .
RUN mvn package -DskipTests

FROM eclipse-temurin:21-jre
COPY --from=build /app/target/app.jar /app/target/
WORKDIR /app
CMD ["java", "-jar", "target/app.jar"]

FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /app
COPY --chown=ubuntu . .
RUN mvn package

FROM eclipse-temurin:17-jre
COPY --from=build --chown=ubuntu /app/target/app.jar /app/target/
WORKDIR /app
CMD ["java", "-jar", "target/app.jar"]

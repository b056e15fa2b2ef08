FROM maven:3.9-eclipse-temurin-17 AS build
RUN mvn package

FROM eclipse-temurin:17
COPY --from=build /target/app.jar /app.jar
CMD ["java", "-jar", "/app.jar"]

FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /app
COPY . .
RUN mvn -q package

FROM eclipse-temurin:17-jre
COPY --from=build /app/target/app.jar /app/target/
WORKDIR /app
ENTRYPOINT ["java", "-jar", "target/app.jar"]

FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /app
COPY . .
RUN mvn -q package dependency:copy-dependencies

FROM eclipse-temurin:17-jre
COPY --from=build /app/target/dependency /app/target/dependency
WORKDIR /app
ENTRYPOINT ["java", "-cp", "target/classes:target/dependency/*", "A"]

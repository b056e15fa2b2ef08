FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /app
COPY . .
RUN mvn -q package

FROM eclipse-temurin:17-jre
COPY --from=build /app/target/app-1.0.jar /app/target/
WORKDIR /app
ENV JAVA_TOOL_OPTIONS="-Dconf=/app/src/test/conf.yml"
ENTRYPOINT ["java", "-jar", "target/app-1.0.jar"]

FROM maven:3.9-eclipse-temurin-17 AS builder
WORKDIR /src
COPY . .
RUN mvn package

FROM eclipse-temurin:17
COPY --from=builder /src/target/app.jar /app.jar
CMD ["java", "-jar", "/app.jar"]

FROM eclipse-temurin:17-jdk-jammy
COPY app.jar /app.jar
ENTRYPOINT ["java", "-jar", "/app.jar"]

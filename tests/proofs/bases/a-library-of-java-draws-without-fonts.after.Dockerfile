FROM openjdk:11-jre-slim
WORKDIR /app
COPY . .
CMD ["java", "-jar", "/app/target/app.jar"]

FROM openjdk:11-jre
WORKDIR /app
COPY . .
CMD ["java", "-jar", "/app/target/app.jar"]

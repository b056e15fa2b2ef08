FROM openjdk:11
WORKDIR /app
COPY . .
CMD ["java", "-jar", "/app/target/app.jar"]

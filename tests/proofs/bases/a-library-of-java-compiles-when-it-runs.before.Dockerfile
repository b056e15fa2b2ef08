FROM eclipse-temurin:17
WORKDIR /app
COPY target/app.jar .
CMD ["java", "-jar", "app.jar"]

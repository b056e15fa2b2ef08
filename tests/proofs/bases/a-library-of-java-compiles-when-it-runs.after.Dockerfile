FROM eclipse-temurin:17-jre
WORKDIR /app
COPY target/app.jar .
CMD ["java", "-jar", "app.jar"]

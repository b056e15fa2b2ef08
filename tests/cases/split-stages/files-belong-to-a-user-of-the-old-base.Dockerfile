FROM maven:3.9-eclipse-temurin-17
WORKDIR /app
COPY --chown=ubuntu . .
RUN mvn package
CMD ["java", "-jar", "target/app.jar"]

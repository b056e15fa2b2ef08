FROM maven:3.9-eclipse-temurin-17
WORKDIR /app
COPY . .
RUN mvn -q package
ENTRYPOINT ["java", "-jar", "target/app.jar"]

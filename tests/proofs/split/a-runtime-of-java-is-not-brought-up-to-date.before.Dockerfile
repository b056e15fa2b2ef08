FROM maven:3.9-eclipse-temurin-21
RUN apt-get update && apt-get upgrade -y
WORKDIR /app
COPY . .
RUN mvn package -DskipTests
CMD ["java", "-jar", "target/app.jar"]

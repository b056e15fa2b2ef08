FROM maven:3.9-eclipse-temurin-21
WORKDIR /app
COPY . .
RUN mvn package -DskipTests && cp target/*.jar app.jar
CMD ["java", "-jar", "app.jar"]

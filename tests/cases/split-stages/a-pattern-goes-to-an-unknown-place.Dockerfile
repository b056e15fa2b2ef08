FROM maven:3.9-eclipse-temurin-21
WORKDIR /app
COPY . .
RUN mvn package -DskipTests && cp target/*.jar /opt/service
CMD ["java", "-jar", "/opt/service"]

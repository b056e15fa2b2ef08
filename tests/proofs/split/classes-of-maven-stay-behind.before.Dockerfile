FROM maven:3.9-eclipse-temurin-17
WORKDIR /app
COPY . .
RUN mvn -q package dependency:copy-dependencies
ENTRYPOINT ["java", "-cp", "target/classes:target/dependency/*", "A"]

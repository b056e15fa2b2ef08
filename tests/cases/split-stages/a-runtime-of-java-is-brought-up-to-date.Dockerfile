FROM maven:3.9-eclipse-temurin-21
RUN apt-get update && apt-get upgrade -y && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY pom.xml .
COPY src ./src
RUN mvn -q package
ENTRYPOINT ["java", "-jar", "target/app-1.0.jar"]

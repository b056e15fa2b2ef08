FROM openjdk:11
WORKDIR /app
COPY . .
RUN ./mvnw package
ENTRYPOINT ["/usr/local/openjdk-11/bin/java", "-jar", "target/app-1.0.jar"]

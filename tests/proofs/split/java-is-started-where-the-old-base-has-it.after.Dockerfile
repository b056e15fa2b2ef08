FROM openjdk:11 AS build
WORKDIR /app
COPY . .
RUN ./mvnw package

FROM eclipse-temurin:11-jre
ENV LANG=C.UTF-8
COPY --from=build /app/target/app-1.0.jar /app/target/
WORKDIR /app
ENTRYPOINT ["/usr/local/openjdk-11/bin/java", "-jar", "target/app-1.0.jar"]

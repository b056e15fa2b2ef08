FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY . .
RUN mvn -f /build/pom.xml package
FROM eclipse-temurin:17-jre
COPY --from=build /build/target/a.jar /a.jar
CMD ["java", "-jar", "/a.jar"]

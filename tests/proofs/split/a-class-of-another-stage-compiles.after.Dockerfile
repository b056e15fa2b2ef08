FROM openjdk:17-bullseye AS builder
WORKDIR /src
COPY . .
RUN javac A.java && jar -cfe app.jar A A.class

FROM eclipse-temurin:17-jre
ENV LANG=C.UTF-8
COPY --from=builder /src/app.jar /app.jar
CMD ["java", "-jar", "/app.jar"]

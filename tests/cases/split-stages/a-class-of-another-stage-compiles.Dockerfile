FROM openjdk:17-bullseye AS builder
WORKDIR /src
COPY . .
RUN javac A.java && jar -cfe app.jar A A.class

FROM openjdk:17-bullseye
COPY --from=builder /src/app.jar /app.jar
CMD ["java", "-jar", "/app.jar"]

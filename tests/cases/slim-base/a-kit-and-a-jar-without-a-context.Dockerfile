FROM openjdk:11-jdk
COPY app.jar /app.jar
HEALTHCHECK CMD pgrep java
CMD ["java", "-jar", "/app.jar"]

FROM eclipse-temurin:21-jdk AS build
WORKDIR /src
ENV GRADLE_USER_HOME=/src/.gradle
COPY . .
RUN ./gradlew build

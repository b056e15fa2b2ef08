FROM eclipse-temurin:21-jdk
WORKDIR /src
ENV GRADLE_USER_HOME=.gradle
COPY . .
RUN ./gradlew bootJar

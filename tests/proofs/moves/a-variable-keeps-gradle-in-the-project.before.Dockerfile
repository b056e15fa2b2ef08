FROM eclipse-temurin:21-jdk
WORKDIR /src
ENV GRADLE_USER_HOME=/src/.gradle
COPY . .
RUN ./gradlew --no-daemon bootJar

FROM eclipse-temurin:21-jdk
WORKDIR /src
ENV GRADLE_USER_HOME=/src/.gradle
COPY gradlew gradle.properties ./
COPY gradle/wrapper/gradle-wrapper.jar gradle/wrapper/gradle-wrapper.properties ./gradle/wrapper/
RUN ./gradlew --version
COPY . .
RUN ./gradlew --no-daemon bootJar

FROM eclipse-temurin:21-jdk
WORKDIR /src
COPY gradle.properties ./
COPY gradle/wrapper/gradle-wrapper.jar gradle/wrapper/gradle-wrapper.properties ./gradle/wrapper/
RUN chmod +x gradlew && ./gradlew --version
COPY . .
RUN chmod +x gradlew && ./gradlew --no-daemon bootJar

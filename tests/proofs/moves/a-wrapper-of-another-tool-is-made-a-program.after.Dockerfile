FROM eclipse-temurin:21-jdk
WORKDIR /src
COPY gradlew gradle.properties ./
COPY gradle/wrapper/gradle-wrapper.jar gradle/wrapper/gradle-wrapper.properties ./gradle/wrapper/
RUN chmod +x mvnw && ./gradlew --version
COPY . .
RUN chmod +x mvnw && ./gradlew --no-daemon bootJar

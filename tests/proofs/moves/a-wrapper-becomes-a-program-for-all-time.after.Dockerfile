FROM eclipse-temurin:21-jdk
WORKDIR /src
COPY gradlew ./
COPY gradle ./gradle
RUN chmod +x gradlew && ./gradlew --version
COPY build.gradle settings.gradle ./
COPY src ./src
RUN ./gradlew bootJar

FROM eclipse-temurin:21-jdk
WORKDIR /src
COPY gradlew gradle.properties ./
COPY gradle/wrapper ./gradle/wrapper
RUN ./gradlew downloadAll
COPY . .
RUN ./gradlew bootJar

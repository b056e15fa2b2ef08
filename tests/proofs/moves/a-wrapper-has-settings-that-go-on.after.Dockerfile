FROM eclipse-temurin:21-jdk
WORKDIR /src
COPY gradlew gradle.properties ./
COPY gradle/wrapper/gradle-wrapper.jar gradle/wrapper/gradle-wrapper.properties ./gradle/wrapper/
RUN ./gradlew --version
COPY . .
RUN ./gradlew bootJar

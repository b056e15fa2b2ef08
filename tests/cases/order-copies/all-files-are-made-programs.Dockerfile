FROM eclipse-temurin:21-jdk
WORKDIR /src
COPY . .
RUN chmod -R 777 . && ./gradlew bootJar

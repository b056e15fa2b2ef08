FROM eclipse-temurin:21-jdk
WORKDIR /src
COPY . .
RUN ./gradlew --gradle-user-home=/src/.gradle bootJar

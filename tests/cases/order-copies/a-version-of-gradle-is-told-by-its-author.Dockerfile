FROM eclipse-temurin:21-jdk
WORKDIR /src
COPY gradlew ./
COPY gradle ./gradle
RUN ./gradlew --version
COPY . .
RUN ./gradlew build

FROM eclipse-temurin:21-jdk
WORKDIR /src
COPY . .
RUN chmod +x tool.sh && ./gradlew --no-daemon bootJar

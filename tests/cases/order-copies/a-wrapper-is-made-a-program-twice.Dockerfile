FROM eclipse-temurin:21-jdk
WORKDIR /app
COPY . .
RUN chmod u+x gradlew
RUN chmod 755 gradlew && ./gradlew build

FROM eclipse-temurin:21-jdk AS gradle
WORKDIR /src
COPY . .
RUN chmod +x gradlew && ./gradlew --no-daemon bootJar

FROM eclipse-temurin:21-jdk AS maven
WORKDIR /src
COPY . .
RUN chmod +x ./mvnw && ./mvnw -B package

FROM eclipse-temurin:21-jdk
WORKDIR /src
COPY . .
RUN chmod +x gradlew
RUN ./mvnw -B package

FROM eclipse-temurin:21-jdk
WORKDIR /src
COPY . .
RUN chmod -R +x .
RUN ./mvnw -B package

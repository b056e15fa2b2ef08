FROM eclipse-temurin:21-jdk
WORKDIR /src
COPY . .
RUN chmod +x mvnw
RUN ./mvnw -B package

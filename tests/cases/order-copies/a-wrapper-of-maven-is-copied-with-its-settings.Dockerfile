FROM eclipse-temurin:21
WORKDIR /app
COPY . .
RUN ./mvnw package -s ci/settings.xml

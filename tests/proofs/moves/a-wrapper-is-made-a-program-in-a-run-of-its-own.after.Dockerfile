FROM eclipse-temurin:21-jdk
WORKDIR /src
COPY mvnw pom.xml ./
COPY .mvn/wrapper/maven-wrapper.properties ./.mvn/wrapper/
RUN chmod +x mvnw && ./mvnw -B dependency:go-offline
COPY . .
RUN chmod +x mvnw
RUN ./mvnw -B package

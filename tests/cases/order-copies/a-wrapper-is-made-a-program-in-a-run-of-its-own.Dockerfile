FROM eclipse-temurin:21-jdk AS gradle
WORKDIR /src
COPY . .
RUN chmod +x gradlew
RUN ./gradlew --no-daemon bootJar

FROM eclipse-temurin:21-jdk AS maven
WORKDIR /src
COPY . .
# Some checkouts lose the mode.
RUN chmod +x ./mvnw
RUN ./mvnw -B package

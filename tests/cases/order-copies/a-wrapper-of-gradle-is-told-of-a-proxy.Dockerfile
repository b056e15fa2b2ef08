FROM eclipse-temurin:21-jdk
WORKDIR /src
COPY . .
RUN ./gradlew -Dhttps.proxyHost=proxy -Dhttps.proxyPort=3128 bootJar

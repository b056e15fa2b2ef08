FROM gradle:8-jdk21
WORKDIR /src
COPY . .
RUN ./gradlew build

FROM openjdk:17 AS builder
WORKDIR /build
COPY src ./src
RUN mkdir out && javac -d out src/Service.java
RUN jar --create --file service.jar --main-class=Service -C out .

FROM openjdk:17-jdk-slim
WORKDIR /app
COPY --from=builder /build/service.jar .
COPY config.properties .
ENTRYPOINT ["java", "-jar", "service.jar"]

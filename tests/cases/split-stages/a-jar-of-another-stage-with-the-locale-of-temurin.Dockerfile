FROM eclipse-temurin:17-jdk AS builder
WORKDIR /build
COPY src ./src
RUN mkdir out && javac -d out src/Service.java
RUN jar --create --file service.jar --main-class=Service -C out .

FROM eclipse-temurin:17
WORKDIR /app
ENV LC_ALL=en_US.UTF-8
COPY --from=builder /build/service.jar .
COPY config.properties .
ENTRYPOINT ["java", "-jar", "service.jar"]

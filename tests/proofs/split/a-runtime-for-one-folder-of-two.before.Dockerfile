FROM openjdk:17 AS builder
WORKDIR /build
COPY src ./src
RUN javac -d out src/Service.java
RUN javac -d more src/Service.java

FROM openjdk:17
WORKDIR /app
COPY --from=builder /build/out ./classes
CMD ["java", "-cp", "classes", "Service"]

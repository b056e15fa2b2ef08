FROM openjdk:17 AS builder
WORKDIR /build
COPY src ./src
RUN javac -d out src/Service.java

FROM openjdk:18-slim
WORKDIR /app
COPY --from=builder /build/out ./classes
CMD ["java", "-cp", "classes", "Service"]

FROM openjdk:17-slim AS builder
WORKDIR /build
COPY src ./src
RUN javac -d out src/Service.java

FROM openjdk:17-slim
COPY --from=builder /build/out /app
WORKDIR /app
CMD java Service

FROM openjdk:17-slim AS builder
WORKDIR /build
COPY src ./src
COPY more.zip .
RUN javac -d out src/Service.java
RUN apt-get update && apt-get install -y unzip
RUN unzip more.zip -d out

FROM openjdk:17-slim
WORKDIR /app
COPY --from=builder /build/out .
CMD ["java", "Service"]

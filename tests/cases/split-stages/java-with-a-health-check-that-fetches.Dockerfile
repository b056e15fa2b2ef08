FROM eclipse-temurin:17
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN javac -d out src/*.java
HEALTHCHECK CMD curl -f http://localhost:8080/ || exit 1
CMD ["java", "-cp", "out", "Main"]

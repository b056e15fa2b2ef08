FROM openjdk:11-jre
RUN apt-get update && apt-get install -y --no-install-recommends fontconfig && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
CMD ["java", "-jar", "/app/target/app.jar"]

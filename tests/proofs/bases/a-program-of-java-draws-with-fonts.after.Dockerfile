FROM openjdk:11-jre-slim
RUN apt-get update && apt-get install --no-install-recommends -y fontconfig && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
CMD ["java", "-jar", "/app/target/app.jar"]

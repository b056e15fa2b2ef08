FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends openjdk-17-jdk-headless curl
WORKDIR /app
COPY Main.java .
RUN javac Main.java
HEALTHCHECK CMD curl -f http://localhost:8080/
CMD ["java", "Main"]

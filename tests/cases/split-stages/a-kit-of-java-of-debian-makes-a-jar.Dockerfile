FROM debian:trixie
RUN apt-get update && apt-get install -y --no-install-recommends openjdk-21-jdk-headless
WORKDIR /app
COPY Main.java .
RUN javac -d out Main.java && jar cfe main.jar Main -C out .
CMD ["java", "-jar", "main.jar"]

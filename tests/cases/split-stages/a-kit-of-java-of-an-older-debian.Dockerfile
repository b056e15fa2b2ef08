FROM debian:bullseye
RUN apt-get update && apt-get install -y --no-install-recommends default-jdk-headless
WORKDIR /app
COPY Main.java .
RUN javac Main.java
CMD ["java", "Main"]

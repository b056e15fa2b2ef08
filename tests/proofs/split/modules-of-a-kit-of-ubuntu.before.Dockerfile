FROM ubuntu:22.04
RUN apt-get update && apt-get install -y openjdk-17-jdk
WORKDIR /srv
COPY Main.java .
RUN javac Main.java
CMD ["java", "Main"]

FROM debian:bookworm
RUN apt-get update && apt-get install -y openjdk-17-jdk
ENV JAVA_HOME=/usr/lib/jvm/java-17-openjdk-amd64
WORKDIR /srv
COPY Main.java .
RUN javac Main.java
CMD ["java", "Main"]

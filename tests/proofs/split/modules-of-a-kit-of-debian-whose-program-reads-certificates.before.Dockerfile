FROM debian:bookworm
RUN apt-get update && apt-get install -y default-jdk
WORKDIR /srv
COPY Main.java .
RUN javac Main.java
CMD ["java", "Main"]

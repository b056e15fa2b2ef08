FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends libatk-wrapper-java-jni openjdk-17-jdk
WORKDIR /srv
COPY . .
RUN javac -d out Main.java
CMD ["java", "-cp", "out", "Main"]

FROM openjdk:17-bullseye
WORKDIR /src
COPY . .
RUN javac A.java
CMD ["/usr/local/openjdk-17/bin/java", "A"]

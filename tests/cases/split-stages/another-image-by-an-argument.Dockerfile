ARG VERSION=17
FROM openjdk:$VERSION
WORKDIR /app
COPY Main.java .
RUN javac -d out Main.java
CMD ["java", "-cp", "out", "Main"]

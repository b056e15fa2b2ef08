FROM openjdk:17
WORKDIR /app
COPY src ./src
COPY health ./health
RUN javac -d classes src/Main.java && javac -d checks health/Check.java
HEALTHCHECK CMD java -cp checks Check
CMD java $JAVA_OPTS -cp classes Main

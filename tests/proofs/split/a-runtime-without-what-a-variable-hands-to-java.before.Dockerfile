FROM openjdk:17
WORKDIR /app
COPY src ./src
RUN javac -d classes src/Main.java
CMD java $JAVA_OPTS -cp classes Main

FROM openjdk:17
WORKDIR /app
COPY src ./src
RUN javac -d classes src/Main.java
ENV JAVA_OPTS="-javaagent:/app/agent.jar"
CMD java $JAVA_OPTS -cp classes Main

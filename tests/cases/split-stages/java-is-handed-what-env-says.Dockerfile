FROM openjdk:17
WORKDIR /app
COPY src ./src
RUN javac -d classes src/Main.java
ENV JAVA_OPTS="-Xms64m -XX:+UseG1GC"
CMD ["sh", "-c", "exec java $JAVA_OPTS -cp classes Main"]

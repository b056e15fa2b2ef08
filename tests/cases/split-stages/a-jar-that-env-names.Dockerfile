FROM openjdk:17
WORKDIR /app
COPY src ./src
RUN javac -d classes src/Main.java && jar --create --file app.jar --main-class Main -C classes .
ENV JAR=/app/app.jar
CMD exec java $JAVA_OPTS -jar $JAR

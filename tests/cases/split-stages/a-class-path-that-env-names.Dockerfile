FROM openjdk:17
WORKDIR /app
COPY src ./src
COPY lib ./lib
RUN javac -d classes src/Main.java
ENV JAVA_ARGS="-cp classes:lib/*"
CMD java $JAVA_ARGS Main

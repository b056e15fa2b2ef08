FROM openjdk:17
WORKDIR /app
COPY src ./src
COPY lib ./lib
RUN javac -d classes/lib lib/Tool.java && jar --create --file tool.jar -C classes/lib .
RUN javac -cp tool.jar -d classes/main src/Main.java && jar --create --file main.jar -C classes/main .
CMD ["java", "-cp", "main.jar:tool.jar", "Main"]

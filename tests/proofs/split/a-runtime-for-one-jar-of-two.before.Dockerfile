FROM openjdk:17
WORKDIR /app
COPY src ./src
RUN javac -d classes src/Main.java && jar --create --file a.jar -C classes .
RUN javac -d checks src/Check.java && jar --create --file b.jar -C checks .
CMD ["java", "-cp", "a.jar:b.jar", "Main"]

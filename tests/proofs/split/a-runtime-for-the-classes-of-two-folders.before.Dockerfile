FROM openjdk:17
WORKDIR /app
COPY src ./src
RUN javac -d classes src/Main.java
RUN javac -d checks src/Check.java
HEALTHCHECK CMD java -cp checks Check
CMD ["java", "-cp", "classes", "Main"]

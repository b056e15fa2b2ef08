FROM openjdk:17
WORKDIR /app
COPY src ./src
RUN javac -d classes src/Main.java
CMD ["java", "-cp", "classes", "Main"]

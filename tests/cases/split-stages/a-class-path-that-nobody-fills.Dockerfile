FROM openjdk:17-bullseye
WORKDIR /app
COPY src ./src
RUN mkdir classes && javac -d classes src/Main.java
CMD ["java", "-cp", "classes:/opt/plugins/*", "Main"]

FROM openjdk:17-bullseye
WORKDIR /app
COPY lib ./lib
COPY src ./src
RUN mkdir classes && javac -cp "lib/*" -d classes src/Main.java
CMD ["java", "-cp", "classes:lib/*", "Main"]

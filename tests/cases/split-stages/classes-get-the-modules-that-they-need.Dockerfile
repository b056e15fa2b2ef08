FROM openjdk:17
COPY . /app
WORKDIR /app
RUN mkdir -p out
RUN javac -d out src/Main.java
EXPOSE 8080
CMD java -cp out Main

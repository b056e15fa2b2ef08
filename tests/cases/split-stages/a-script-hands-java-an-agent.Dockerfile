FROM openjdk:17
WORKDIR /app
COPY . .
RUN javac -d classes src/Main.java
ENTRYPOINT ["./start.sh"]

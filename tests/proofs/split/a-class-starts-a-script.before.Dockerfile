FROM eclipse-temurin:17
WORKDIR /app
COPY . .
RUN javac -d out src/Main.java
CMD ["java", "-cp", "out", "Main"]

FROM eclipse-temurin:17
ENV LANG=en_US.UTF-8
WORKDIR /app
COPY . .
RUN javac -d out src/Main.java
CMD ["java", "-cp", "out", "Main"]

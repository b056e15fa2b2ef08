FROM openjdk:17
WORKDIR /app
COPY . .
RUN javac -d classes src/app/*.java
CMD ["java", "-cp", "classes", "app.Main"]

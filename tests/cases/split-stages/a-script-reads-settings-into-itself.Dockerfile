FROM openjdk:17-jdk-bullseye
WORKDIR /app
COPY . .
RUN javac App.java
ENTRYPOINT ["/app/entry.sh"]
CMD ["java", "App"]

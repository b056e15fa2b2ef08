FROM gradle:8-jdk17
WORKDIR /app
COPY . .
RUN gradle classes copyLibs --no-daemon
CMD ["java", "-cp", "build/classes/java/main:build/resources/main:build/libs/*", "A"]

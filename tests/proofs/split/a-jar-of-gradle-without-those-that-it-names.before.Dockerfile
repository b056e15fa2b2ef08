FROM gradle:8-jdk17
WORKDIR /app
COPY . .
RUN gradle jar copyLibs --no-daemon
ENTRYPOINT ["java", "-jar", "build/libs/app.jar"]

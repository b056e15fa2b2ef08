FROM gradle:8.5-jdk17
WORKDIR /home/gradle/app
COPY --chown=gradle:gradle . .
RUN gradle bootJar --no-daemon
ENTRYPOINT ["java", "-jar", "build/libs/app.jar"]

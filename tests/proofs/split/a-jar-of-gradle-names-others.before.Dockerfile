FROM gradle:8-jdk17
WORKDIR /app
COPY . .
RUN gradle jar copyLibs
CMD ["java", "-jar", "build/libs/app.jar"]

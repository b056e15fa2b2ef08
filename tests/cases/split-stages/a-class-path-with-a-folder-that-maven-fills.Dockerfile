FROM maven:3.9-eclipse-temurin-17
WORKDIR /app
COPY . .
RUN mvn -q package dependency:copy-dependencies -DoutputDirectory=target/lib
CMD ["java", "-cp", "target/app.jar:target/lib/*", "Main"]

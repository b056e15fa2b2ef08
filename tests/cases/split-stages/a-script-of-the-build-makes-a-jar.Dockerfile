FROM eclipse-temurin:17
WORKDIR /opt/app
COPY . .
RUN ./build.sh
CMD ["java", "-jar", "build/app.jar"]

FROM openjdk:17
WORKDIR /app
COPY . .
RUN javac -cp lib/log.jar -d classes src/Main.java && jar --create --file app.jar --manifest MANIFEST.MF -C classes .
CMD ["java", "-jar", "app.jar"]

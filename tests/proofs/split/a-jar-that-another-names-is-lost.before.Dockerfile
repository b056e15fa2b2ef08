FROM eclipse-temurin:17-jdk
WORKDIR /app
COPY . .
RUN mkdir -p out lib \
    && javac -d out core/Core.java app/App.java \
    && jar cf lib/core.jar -C out core \
    && jar cfm lib/app.jar manifest.txt -C out app
CMD ["java", "-jar", "lib/app.jar"]

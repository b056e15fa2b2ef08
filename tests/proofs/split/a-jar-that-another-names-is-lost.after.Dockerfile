FROM eclipse-temurin:17-jdk AS build
WORKDIR /app
COPY . .
RUN mkdir -p out lib \
    && javac -d out core/Core.java app/App.java \
    && jar cf lib/core.jar -C out core \
    && jar cfm lib/app.jar manifest.txt -C out app

FROM eclipse-temurin:17-jre
WORKDIR /app
COPY --from=build /app/lib/app.jar /app/lib/
COPY --from=build /app/manifest.txt /app/
COPY --from=build /app/out /app/out
CMD ["java", "-jar", "lib/app.jar"]

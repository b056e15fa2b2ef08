FROM gradle:8-jdk17 AS build
WORKDIR /app
COPY . .
RUN gradle jar copyLibs

FROM eclipse-temurin:17-jre
COPY --from=build /app/build/libs/app.jar /app/build/libs/
WORKDIR /app
CMD ["java", "-jar", "build/libs/app.jar"]

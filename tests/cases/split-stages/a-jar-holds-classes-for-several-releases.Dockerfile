FROM openjdk:17 AS build
WORKDIR /src
COPY . .
RUN mkdir out && javac -d out src/Main.java && jar --create --file app.jar --main-class Main -C out . --release 17 -C out17 .
FROM openjdk:17-slim
WORKDIR /app
COPY --from=build /src/app.jar app.jar
CMD ["java", "-jar", "app.jar"]

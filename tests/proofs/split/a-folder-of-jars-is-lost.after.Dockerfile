FROM openjdk:17-bullseye AS build
WORKDIR /app
COPY lib ./lib
COPY src ./src
RUN mkdir classes && javac -cp "lib/*" -d classes src/Main.java

FROM eclipse-temurin:17-jre
ENV LANG=C.UTF-8
COPY --from=build /app/classes /app/classes
COPY --from=build /app/lib /app/lib
WORKDIR /app
CMD ["java", "-cp", "classes:/opt/plugins/*", "Main"]

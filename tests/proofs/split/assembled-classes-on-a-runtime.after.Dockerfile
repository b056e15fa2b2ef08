FROM openjdk:17 AS build
WORKDIR /src
COPY . .
RUN javac -d /out Main.java

FROM eclipse-temurin:17-jre
ENV LANG=C.UTF-8
COPY --from=build /out /app
WORKDIR /app
CMD ["java", "Main"]

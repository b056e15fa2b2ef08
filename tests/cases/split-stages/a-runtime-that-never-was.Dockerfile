FROM openjdk:15 AS build
WORKDIR /src
COPY . .
RUN javac -d /out Main.java

FROM openjdk:15
COPY --from=build /out /app
WORKDIR /app
CMD ["java", "Main"]

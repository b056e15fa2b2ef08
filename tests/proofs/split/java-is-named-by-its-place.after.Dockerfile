FROM openjdk:17-bullseye AS build
WORKDIR /src
COPY . .
RUN javac A.java

FROM eclipse-temurin:17-jre
COPY --from=build /src /src
ENV LANG=C.UTF-8
WORKDIR /src
CMD ["/usr/local/openjdk-17/bin/java", "A"]

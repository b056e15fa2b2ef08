FROM openjdk:17 AS build
WORKDIR /app
COPY Main.java .
RUN javac Main.java && useradd -m java && chown -R java: /app

FROM eclipse-temurin:17-jre
ENV LANG=C.UTF-8
RUN useradd -m java
COPY --from=build --chown=java: /app /app
WORKDIR /app
USER java
CMD ["java", "Main"]

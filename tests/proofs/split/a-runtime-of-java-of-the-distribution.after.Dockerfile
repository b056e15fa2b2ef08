FROM ubuntu:22.04 AS build
RUN apt-get update && apt-get install -y openjdk-17-jdk
WORKDIR /srv
COPY Main.java .
RUN javac Main.java

FROM ubuntu:22.04
RUN apt-get update && apt-get install -y openjdk-17-jre-headless && rm -rf /var/lib/apt/lists/*
COPY --from=build /srv /srv
WORKDIR /srv
CMD ["java", "-cp", "/srv", "Main"]

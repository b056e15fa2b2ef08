FROM openjdk:17 AS builder
WORKDIR /build
COPY src ./src
RUN mkdir out && javac -d out src/Main.java
RUN jar --create --file service.jar --main-class=Main -C out .

FROM openjdk:17
WORKDIR /app
COPY --from=builder /build/service.jar .
CMD java $JAVA_OPTS -jar service.jar

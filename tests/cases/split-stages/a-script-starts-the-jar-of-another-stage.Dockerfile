FROM openjdk:17 AS build
WORKDIR /src
COPY src src
RUN mkdir -p out && javac -d out src/Main.java && jar cfe app.jar Main -C out .

FROM openjdk:17
WORKDIR /app
COPY --from=build /src/app.jar .
COPY run.sh .
RUN chmod +x run.sh
CMD ["./run.sh"]

FROM openjdk:17 AS build
WORKDIR /src
COPY . .
RUN mkdir out && javac -d out src/Main.java && jar --create --file app.jar --main-class Main -C out .
RUN jlink --add-modules "$(jdeps --print-module-deps --ignore-missing-deps /src/app.jar),jdk.charsets,jdk.crypto.ec,jdk.naming.dns,jdk.zipfs" --strip-java-debug-attributes --no-man-pages --no-header-files --output /jre
FROM debian:stable-slim
ENV JAVA_HOME=/opt/java/openjdk
ENV PATH=/opt/java/openjdk/bin:$PATH
ENV LANG=C.UTF-8
COPY --from=build /jre /opt/java/openjdk
WORKDIR /app
COPY --from=build /src/app.jar app.jar
CMD ["java", "-jar", "app.jar"]

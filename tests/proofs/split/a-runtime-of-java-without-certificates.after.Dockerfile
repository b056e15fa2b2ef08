FROM eclipse-temurin:17 AS build
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl
WORKDIR /app
COPY . .
RUN javac -d classes src/*.java
RUN jlink --add-modules "$(jdeps --print-module-deps --ignore-missing-deps /app/classes),jdk.charsets,jdk.crypto.ec,jdk.naming.dns,jdk.zipfs" --strip-java-debug-attributes --no-man-pages --no-header-files --output /jre

FROM debian:stable-slim
ENV JAVA_HOME=/opt/java/openjdk
ENV PATH=/opt/java/openjdk/bin:$PATH
ENV LANG=C.UTF-8
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
COPY --from=build /jre /opt/java/openjdk
COPY --from=build /app/classes /app/classes
WORKDIR /app
HEALTHCHECK CMD curl -f http://localhost/
CMD ["java", "-cp", "classes", "Main"]

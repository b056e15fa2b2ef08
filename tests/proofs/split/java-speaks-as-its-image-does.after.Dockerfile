FROM eclipse-temurin:17 AS build
ENV LANG=en_US.UTF-8
WORKDIR /app
COPY . .
RUN javac -d out src/Main.java
RUN jlink --add-modules "$(jdeps --print-module-deps --ignore-missing-deps /app/out),jdk.charsets,jdk.crypto.ec,jdk.naming.dns,jdk.zipfs" --strip-java-debug-attributes --no-man-pages --no-header-files --output /jre

FROM debian:stable-slim
ENV JAVA_HOME=/opt/java/openjdk
ENV PATH=/opt/java/openjdk/bin:$PATH
ENV LANG=C.UTF-8
ENV LANG=en_US.UTF-8
COPY --from=build /jre /opt/java/openjdk
COPY --from=build /app/out /app/out
WORKDIR /app
CMD ["java", "-cp", "out", "Main"]

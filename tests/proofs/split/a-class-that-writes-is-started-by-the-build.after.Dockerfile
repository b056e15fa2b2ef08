FROM eclipse-temurin:17 AS build
WORKDIR /app
COPY . .
RUN javac -d classes A.java B.java && jar cfe a.jar A -C classes . \
    && javac -cp classes -d tests BTest.java && java -ea -cp classes:tests BTest
RUN jlink --add-modules "$(jdeps --print-module-deps --ignore-missing-deps /app/a.jar),jdk.charsets,jdk.crypto.ec,jdk.naming.dns,jdk.zipfs" --strip-java-debug-attributes --no-man-pages --no-header-files --output /jre

FROM debian:stable-slim
ENV JAVA_HOME=/opt/java/openjdk
ENV PATH=/opt/java/openjdk/bin:$PATH
ENV LANG=C.UTF-8
COPY --from=build /jre /opt/java/openjdk
COPY --from=build /app/a.jar /app/
WORKDIR /app
CMD ["java", "-jar", "a.jar"]

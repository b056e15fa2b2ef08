FROM eclipse-temurin:17 AS build
WORKDIR /opt/a/src
COPY . .
RUN mkdir classes && javac -d classes A.java B.java && jar cfe ../a.jar A -C classes . && jar cf ../b.jar -C classes B.class
RUN jlink --add-modules "$(jdeps --print-module-deps --ignore-missing-deps /opt/a/a.jar),jdk.charsets,jdk.crypto.ec,jdk.naming.dns,jdk.zipfs" --strip-java-debug-attributes --no-man-pages --no-header-files --output /jre

FROM debian:stable-slim
ENV JAVA_HOME=/opt/java/openjdk
ENV PATH=/opt/java/openjdk/bin:$PATH
ENV LANG=C.UTF-8
COPY --from=build /jre /opt/java/openjdk
COPY --from=build /opt/a/a.jar /opt/a/
COPY --from=build /opt/a/src/classes /opt/a/src/classes
WORKDIR /opt/a
CMD ["java", "-jar", "a.jar"]

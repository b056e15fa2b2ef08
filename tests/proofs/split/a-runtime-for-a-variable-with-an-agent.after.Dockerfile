FROM openjdk:17 AS build
WORKDIR /app
COPY src ./src
RUN javac -d classes src/Main.java
RUN jlink --add-modules "$(jdeps --print-module-deps --ignore-missing-deps /app/classes),java.instrument,jdk.charsets,jdk.crypto.ec,jdk.jdwp.agent,jdk.jfr,jdk.management,jdk.management.agent,jdk.naming.dns,jdk.zipfs" --strip-java-debug-attributes --no-man-pages --no-header-files --output /jre

FROM debian:stable-slim
ENV JAVA_HOME=/opt/java/openjdk
ENV PATH=/opt/java/openjdk/bin:$PATH
ENV LANG=C.UTF-8
COPY --from=build /jre /opt/java/openjdk
COPY --from=build /app/classes /app/classes
WORKDIR /app
ENV JAVA_OPTS="-javaagent:/app/agent.jar"
CMD java $JAVA_OPTS -cp classes Main

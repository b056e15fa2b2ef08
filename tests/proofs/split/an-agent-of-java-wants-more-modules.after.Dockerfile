FROM eclipse-temurin:17 AS build
COPY . /usr/src/app
WORKDIR /usr/src/app
RUN javac Main.java
RUN jlink --add-modules "$(jdeps --print-module-deps --ignore-missing-deps /usr/src/app),jdk.charsets,jdk.crypto.ec,jdk.naming.dns,jdk.zipfs" --strip-java-debug-attributes --no-man-pages --no-header-files --output /jre

FROM debian:stable-slim
ENV JAVA_HOME=/opt/java/openjdk
ENV PATH=/opt/java/openjdk/bin:$PATH
ENV LANG=C.UTF-8
ENV JAVA_TOOL_OPTIONS="-agentlib:jdwp=transport=dt_socket,server=y"
COPY --from=build /jre /opt/java/openjdk
COPY --from=build /usr/src/app /usr/src/app
WORKDIR /usr/src/app
CMD ["java", "Main"]

FROM eclipse-temurin:17 AS build
ENV HOME_OF_A=/opt/a
COPY . $HOME_OF_A/src
RUN cd $HOME_OF_A/src && mkdir -p words && mkdir -p classes && javac -d classes A.java B.java && jar cfe a.jar A -C classes .
RUN jlink --add-modules "$(jdeps --print-module-deps --ignore-missing-deps /opt/a/src/a.jar),jdk.charsets,jdk.crypto.ec,jdk.naming.dns,jdk.zipfs" --strip-java-debug-attributes --no-man-pages --no-header-files --output /jre

FROM debian:stable-slim
ENV JAVA_HOME=/opt/java/openjdk
ENV PATH=/opt/java/openjdk/bin:$PATH
ENV LANG=C.UTF-8
ENV HOME_OF_A=/opt/a
COPY --from=build /jre /opt/java/openjdk
COPY --from=build /opt/a/src/a.jar /opt/a/src/
COPY --from=build /opt/a/src/classes /opt/a/src/classes
WORKDIR $HOME_OF_A/src
CMD ["java", "-jar", "a.jar"]

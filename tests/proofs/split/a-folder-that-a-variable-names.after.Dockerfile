FROM openjdk:17-jdk-slim AS build
ENV APP_HOME=/opt/inventory
RUN mkdir -p $APP_HOME
WORKDIR $APP_HOME
COPY . $APP_HOME
RUN javac -d classes src/Main.java
RUN jlink --add-modules "$(jdeps --print-module-deps --ignore-missing-deps /opt/inventory/classes),jdk.charsets,jdk.crypto.ec,jdk.naming.dns,jdk.zipfs" --strip-java-debug-attributes --no-man-pages --no-header-files --output /jre

FROM debian:stable-slim
ENV JAVA_HOME=/opt/java/openjdk
ENV PATH=/opt/java/openjdk/bin:$PATH
ENV LANG=C.UTF-8
ENV APP_HOME=/opt/inventory
COPY --from=build /jre /opt/java/openjdk
COPY --from=build /opt/inventory/classes /opt/inventory/classes
COPY --from=build /opt/inventory/start.sh /opt/inventory/
WORKDIR /opt/inventory
ENTRYPOINT ["java", "-cp", "classes", "Main"]

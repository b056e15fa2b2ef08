FROM eclipse-temurin:17 AS build
WORKDIR /opt/app
COPY . .
RUN mkdir classes && javac -d classes src/App.java && jar cfe app.jar App -C classes .
RUN jlink --add-modules "$(jdeps --print-module-deps --ignore-missing-deps /opt/app/app.jar),java.instrument,jdk.charsets,jdk.crypto.ec,jdk.jdwp.agent,jdk.jfr,jdk.management,jdk.management.agent,jdk.naming.dns,jdk.zipfs" --strip-java-debug-attributes --no-man-pages --no-header-files --output /jre

FROM debian:stable-slim
ENV JAVA_HOME=/opt/java/openjdk
ENV PATH=/opt/java/openjdk/bin:$PATH
ENV LANG=C.UTF-8
COPY --from=build /jre /opt/java/openjdk
COPY --from=build /opt/app/app.jar /opt/app/entrypoint.sh /opt/app/
COPY --from=build /opt/app/classes /opt/app/classes
WORKDIR /opt/app
ENTRYPOINT ["./entrypoint.sh"]
CMD ["serve"]

FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y openjdk-17-jdk
ENV JAVA_HOME=/usr/lib/jvm/java-17-openjdk-amd64
WORKDIR /srv
COPY Main.java .
RUN javac Main.java
RUN jlink --add-modules "$(jdeps --print-module-deps --ignore-missing-deps /srv),jdk.charsets,jdk.crypto.ec,jdk.naming.dns,jdk.zipfs" --strip-java-debug-attributes --no-man-pages --no-header-files --output /jre

FROM debian:bookworm
ENV PATH=/opt/java/openjdk/bin:$PATH
ENV JAVA_HOME=/usr/lib/jvm/java-17-openjdk-amd64
COPY --from=build /jre /opt/java/openjdk
COPY --from=build /etc/ssl/certs/java/cacerts /opt/java/openjdk/lib/security/
COPY --from=build /srv /srv
WORKDIR /srv
CMD ["java", "Main"]

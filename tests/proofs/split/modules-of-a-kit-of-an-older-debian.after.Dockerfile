FROM debian:bullseye AS build
RUN apt-get update && apt-get install -y default-jdk
WORKDIR /srv
COPY Main.java .
RUN javac Main.java
RUN jlink --add-modules "$(jdeps --print-module-deps --ignore-missing-deps /srv),jdk.charsets,jdk.crypto.ec,jdk.naming.dns,jdk.zipfs" --strip-java-debug-attributes --no-man-pages --no-header-files --output /jre

FROM debian:bullseye
ENV PATH=/opt/java/openjdk/bin:$PATH
COPY --from=build /jre /opt/java/openjdk
COPY --from=build /etc/ssl/certs/java/cacerts /opt/java/openjdk/lib/security/
COPY --from=build /srv /srv
WORKDIR /srv
CMD ["java", "Main"]

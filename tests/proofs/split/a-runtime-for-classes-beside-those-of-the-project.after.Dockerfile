FROM openjdk:17 AS builder
WORKDIR /build
COPY src ./src
RUN javac -d out src/Service.java
RUN jlink --add-modules "$(jdeps --print-module-deps --ignore-missing-deps /build/out),jdk.charsets,jdk.crypto.ec,jdk.naming.dns,jdk.zipfs" --strip-java-debug-attributes --no-man-pages --no-header-files --output /jre

FROM debian:stable-slim
ENV JAVA_HOME=/opt/java/openjdk
ENV PATH=/opt/java/openjdk/bin:$PATH
ENV LANG=C.UTF-8
COPY --from=builder /jre /opt/java/openjdk
WORKDIR /app
COPY --from=builder /build/out ./classes
CMD ["java", "-cp", "classes", "Service"]

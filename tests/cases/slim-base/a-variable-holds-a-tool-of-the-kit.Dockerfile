FROM eclipse-temurin:17
ENV COMPILER=/opt/java/openjdk/bin/javac
COPY start app.jar /
CMD ["/start"]

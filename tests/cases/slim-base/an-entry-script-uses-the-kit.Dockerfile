FROM eclipse-temurin:17-jdk
COPY run app.jar /
ENTRYPOINT ["/run"]

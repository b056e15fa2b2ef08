FROM eclipse-temurin:17-jre
ENV A=1

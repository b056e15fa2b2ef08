FROM eclipse-temurin:17-jdk
ENV A=1

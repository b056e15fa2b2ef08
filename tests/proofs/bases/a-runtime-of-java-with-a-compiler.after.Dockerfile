FROM eclipse-temurin:17-jre
RUN javac A.java
CMD ["java", "A"]

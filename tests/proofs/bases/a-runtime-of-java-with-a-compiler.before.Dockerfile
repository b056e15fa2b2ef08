FROM eclipse-temurin:17-jdk
RUN javac A.java
CMD ["java", "A"]

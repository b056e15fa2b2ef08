FROM eclipse-temurin:17-jdk
COPY A.java .
RUN javac A.java
CMD ["java", "A"]

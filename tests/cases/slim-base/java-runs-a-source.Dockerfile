FROM eclipse-temurin:21
CMD ["java", "/A.java"]

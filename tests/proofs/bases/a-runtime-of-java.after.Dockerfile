FROM eclipse-temurin:17-jre
CMD ["java", "-jar", "/a"]

FROM eclipse-temurin:17-jdk
CMD ["java", "-jar", "/a"]

FROM openjdk:17
CMD ["java", "-version"]

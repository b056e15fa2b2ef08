FROM openjdk:17-jdk-bullseye
CMD ["java", "-version"]

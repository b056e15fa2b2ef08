FROM openjdk:11-jdk
RUN git --version
CMD ["java", "-jar", "/a"]

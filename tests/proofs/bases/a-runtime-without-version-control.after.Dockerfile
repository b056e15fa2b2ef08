FROM openjdk:11-jre
RUN git --version
CMD ["java", "-jar", "/a"]

FROM eclipse-temurin:17
WORKDIR /opt/a/src
COPY . .
RUN mkdir classes && javac -d classes A.java B.java && jar cfe ../a.jar A -C classes .
WORKDIR /opt/a
CMD ["java", "-jar", "a.jar"]

FROM eclipse-temurin:17
WORKDIR /opt/a/src
COPY . .
RUN mkdir classes && javac -d classes A.java B.java && jar cfe ../a.jar A -C classes . && jar cf ../b.jar -C classes B.class
WORKDIR /opt/a
CMD ["java", "-jar", "a.jar"]

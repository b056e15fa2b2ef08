FROM openjdk:17
WORKDIR /app
COPY src ./src
RUN javac -d classes src/Main.java
CMD ["java", "-Dcom.sun.management.jmxremote.port=9010", "-Dcom.sun.management.jmxremote.authenticate=false", "-cp", "classes", "Main"]

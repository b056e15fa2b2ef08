FROM openjdk:17
WORKDIR /app
COPY src ./src
RUN javac -d classes src/Main.java
ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=75.0 -agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:5005"
CMD ["java", "-cp", "classes", "Main"]

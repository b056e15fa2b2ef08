FROM eclipse-temurin:17
COPY . /usr/src/app
WORKDIR /usr/src/app
RUN javac Main.java
ENV JAVA_TOOL_OPTIONS="-agentlib:jdwp=transport=dt_socket,server=y"
CMD ["java", "Main"]

FROM openjdk:17
WORKDIR /app
COPY Main.java .
RUN javac Main.java && useradd -m java && chown -R java: /app
USER java
CMD ["java", "Main"]

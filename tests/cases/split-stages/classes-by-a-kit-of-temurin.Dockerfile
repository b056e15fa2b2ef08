FROM eclipse-temurin:17
COPY . /usr/src/app
WORKDIR /usr/src/app
RUN javac Main.java
CMD ["java", "Main"]

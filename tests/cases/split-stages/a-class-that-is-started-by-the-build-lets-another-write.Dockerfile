FROM eclipse-temurin:17
WORKDIR /app
COPY . .
RUN javac -d classes A.java B.java && jar cfe a.jar A -C classes .
RUN javac -cp classes -d tests BTest.java && java -ea -cp classes:tests BTest
CMD ["java", "-jar", "a.jar"]

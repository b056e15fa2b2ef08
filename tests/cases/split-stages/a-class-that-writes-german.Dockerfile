FROM openjdk:17
WORKDIR /app
COPY . .
RUN javac Invoice.java
CMD ["java", "Invoice"]
